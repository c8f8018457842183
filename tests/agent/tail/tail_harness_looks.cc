// The part of TailHarness that looks at what was sent.
#include <algorithm>
#include <string_view>
#include <utility>

#include "agent/crypto/fast_hash.h"
#include "tests/agent/tail/tail_harness.h"

namespace tailrace {

std::vector<const SentFile*> TailHarness::FilesOf(const std::string& name) const {
  std::vector<const SentFile*> found;
  for (const auto& [id, file] : files_) {
    if (file.stream != nullptr && file.stream->path == Path(name)) found.push_back(&file);
  }
  std::sort(found.begin(), found.end(),
            [](const SentFile* a, const SentFile* b) { return a->opened_as < b->opened_as; });
  return found;
}

std::string TailHarness::ContentOf(const std::string& name) const {
  std::string content;
  for (const SentFile* file : FilesOf(name)) content += file->content;
  return content;
}

int64_t TailHarness::SkippedBytes(SkipReason reason) const {
  int64_t bytes = 0;
  for (const auto& [id, file] : files_) {
    for (const SentFile::Skip& skip : file.skips) {
      if (skip.reason == reason) bytes += skip.bytes;
    }
  }
  return bytes;
}

StoredState TailHarness::Checkpoints(const FrontierFn& frontier_of) const {
  StoredState state;
  for (const auto& [id, file] : files_) {
    if (file.stream == nullptr) continue;
    StoredFile kept;
    kept.identity = file.stream->identity;
    kept.key = file.stream->key;
    kept.lineage = file.stream->lineage;
    kept.source = options.sources[file.stream->source.value()].name;
    kept.path = file.stream->path;
    kept.known_bytes = std::max(file.known_bytes, file.expected);
    kept.frontier_bytes = frontier_of(file);
    const int64_t read = kept.frontier_bytes - file.begin;
    kept.anchor = file.anchor;
    if (read > 0) {
      const int64_t length = std::min<int64_t>(read, kAnchorBytesMax);
      const std::string_view content = file.content;
      const std::string_view before =
          content.substr(static_cast<size_t>(read - length), static_cast<size_t>(length));
      kept.anchor = {FastHash64(before), static_cast<uint32_t>(length)};
    }
    kept.complete = file.ends > 0 && !file.open && kept.frontier_bytes == file.expected;
    kept.gone = file.gone;
    state.files.push_back(std::move(kept));
  }
  return state;
}

StoredState TailHarness::CheckpointsAtEnd() const {
  return Checkpoints([](const SentFile& file) { return file.expected; });
}

uint64_t TailHarness::CounterValue(const std::string& name, const std::string& label) const {
  uint64_t sum = 0;
  for (const MetricFamily& family : metrics_.Snapshot()) {
    if (family.name != name) continue;
    for (const MetricSeries& series : family.series) {
      const bool wanted = std::any_of(series.labels.begin(), series.labels.end(),
                                      [&](const auto& pair) { return pair.second == label; });
      if (label.empty() || wanted) sum += series.counter->value();
    }
  }
  return sum;
}

double TailHarness::GaugeValue(const std::string& name) const {
  for (const MetricFamily& family : metrics_.Snapshot()) {
    if (family.name == name) return family.series.front().gauge->value();
  }
  return -1;
}

}  // namespace tailrace
