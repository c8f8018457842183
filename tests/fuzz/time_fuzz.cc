// A layout up to the first newline, and a text behind it: whatever compiles reads the text twice
// the same (the second time from the minute that it kept), and what it reads can be written. The
// text goes through the layouts with names as well.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/check.h"
#include "parsers/time_layout_reader.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

constexpr int64_t kReferenceNanos = 1'781'524'800'000'000'000;  // 2026-06-15T12:00:00Z

void ReadTwice(LayoutReader& reader, std::string_view text) {
  const std::optional<int64_t> first = reader.Parse(text, kReferenceNanos);
  CHECK(reader.Parse(text, kReferenceNanos) == first);
  char written[kUtcTimeBytes];
  CHECK(reader.ParseToUtc(text, kReferenceNanos, written) == first.has_value());
  if (!first.has_value()) return;
  TimestampReader timestamps;
  CHECK(timestamps.Parse(std::string_view(written, kUtcTimeBytes)) == first);
}

std::vector<LayoutReader> MakeNamed() {
  std::vector<LayoutReader> readers;
  for (const char* layout :
       {"rfc3339", "iso8601", "epoch", "epoch_ms", "epoch_us", "epoch_ns", "syslog", "klog"}) {
    for (const char* zone : {"UTC", "+05:30"}) {
      readers.emplace_back(TimeLayout::Compile(layout, zone).value());
    }
  }
  return readers;
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tailrace;
  static std::vector<LayoutReader> named = MakeNamed();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(std::min(end + 1, input.size()));
  const absl::StatusOr<TimeLayout> layout = TimeLayout::Compile(input.substr(0, end));
  if (layout.ok()) {
    LayoutReader reader(*layout);
    ReadTwice(reader, text);
  }
  for (LayoutReader& reader : named) ReadTwice(reader, text);
  return 0;
}
