// How often does a worker allocate for an event, once its buffers have grown? Frames, parses and
// encodes a million lines of bench/corpus.h, and a million events of lines and stack traces that
// are joined, counts every call of malloc and its kin in this process, and prints them by corpus:
// of all, for an event, and for a payload, beside which the few that are left belong. Exit code 1
// when there is one for every hundred events or more.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <new>
#include <string>

#include "agent/base/check.h"
#include "bench/corpus.h"
#include "bench/worker_loop.h"

namespace {
uint64_t allocation_count = 0;  // One thread alone runs.
}

// glibc's own, behind the names that are taken over here. operator new calls malloc.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) {
  ++allocation_count;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++allocation_count;
  return __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  ++allocation_count;
  return __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  ++allocation_count;
  return __libc_memalign(alignment, size);
}
}

namespace tailrace {
namespace {

constexpr size_t kCorpusBytes = size_t{32} << 20;
constexpr uint64_t kEvents = 1'000'000;
constexpr double kAllowedPerEvent = 0.01;

void FeedAll(WorkerLoop& loop, const std::string& text) {
  for (size_t at = 0; at < text.size(); at += kSlabBytes) {
    loop.Feed(std::string_view(text).substr(at, kSlabBytes));
  }
}

// Lines of text, and behind every third one a trace of up to 16 lines.
std::string MakeTraces() {
  constexpr std::string_view kHead = "2026-01-02T03:04:05.678901234Z stdout F ";
  const std::string lines = MakeCorpus(CorpusKind::kCriText, kCorpusBytes / 4);
  std::string text;
  size_t count = 0;
  for (const std::string_view line : SplitLines(lines)) {
    text.append(line).append("\n");
    if (++count % 3 != 0) continue;
    text.append(kHead).append("java.lang.IllegalStateException: no lines\n");
    for (size_t frame = 0; frame < count % 16; ++frame) {
      text.append(kHead).append("\tat com.example.Shop.order(Shop.java:17)\n");
    }
  }
  return text;
}

bool Measure(const char* name, const std::string& text, WorkerLoop& loop) {
  FeedAll(loop, text);  // Every buffer grows to its size.
  const uint64_t events_before = loop.delivered();
  const uint64_t payloads_before = loop.payloads();
  const uint64_t before = allocation_count;
  while (loop.delivered() - events_before < kEvents) FeedAll(loop, text);
  const uint64_t allocations = allocation_count - before;
  const auto events = static_cast<double>(loop.delivered() - events_before);
  const auto payloads = static_cast<double>(loop.payloads() - payloads_before);
  const double per_event = static_cast<double>(allocations) / events;
  std::printf("%-9s %8.0f events %9llu allocations %9.6f an event %7.2f a payload\n", name, events,
              static_cast<unsigned long long>(allocations), per_event,
              static_cast<double>(allocations) / payloads);
  return per_event < kAllowedPerEvent;
}

}  // namespace

bool MeasureAll() {
  const absl::StatusOr<MultilineRules> rules = MultilineRules::Compile({.languages = {"all"}});
  CHECK(rules.ok());
  WorkerLoop json(true);
  WorkerLoop text(false);
  WorkerLoop traces(false, MultilineStageOptions{*rules});
  // None may hide another.
  bool good = Measure("cri-json", MakeCorpus(CorpusKind::kCriJson, kCorpusBytes), json);
  good &= Measure("cri-text", MakeCorpus(CorpusKind::kCriText, kCorpusBytes), text);
  good &= Measure("traces", MakeTraces(), traces);
  return good;
}

}  // namespace tailrace

int main() { return tailrace::MeasureAll() ? 0 : 1; }
