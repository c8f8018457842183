#include "tests/sinks/kafka_tally.h"

#include <utility>

namespace tailrace {
namespace {

constexpr size_t kIdLength = 28;

// Ours stands before anything that an application sends.
std::string_view EventId(const KafkaRead& read) {
  if (!read.id.empty()) return read.id;
  constexpr std::string_view kBefore = R"("event":{"id":")";
  const size_t at = read.value.find(kBefore);
  return at == std::string_view::npos ? "" : read.value.substr(at + kBefore.size(), kIdLength);
}

}  // namespace

void KafkaTally::Add(const KafkaRead& read) {
  ++items_;
  const DocumentVerdict verdict = reader_.Read(read.value);
  if (verdict.json != JsonVerdict::kGood) return store_.CountCorrupt(read.value, verdict.json);
  const Store::Put put = store_.Add("kafka", EventId(read), false, verdict);
  if (put == Store::Put::kConflict) ++repeats_;
  if (put != Store::Put::kCreated || verdict.kind != LineKind::kGood) return;
  const LineRef& line = verdict.line;
  const auto [found, is_first] = files_.try_emplace(line.file, Place{read.partition, line.seq});
  Place& place = found->second;
  if (is_first) return;
  if (read.partition != place.partition && !std::exchange(place.moved, true)) ++moved_;
  if (line.seq < place.newest) {
    ++disorder_;
    if (examples_.size() < kMaxExamples) {
      examples_.push_back({FileName(line.file), line.seq, place.newest});
    }
  }
  place.newest = line.seq;
}

nlohmann::json KafkaTally::Summary() const {
  nlohmann::json summary = store_.Summary();
  summary["items"] = items_;
  summary["repeats"] = repeats_;
  summary["disorder"] = disorder_;
  summary["moved"] = moved_;
  return summary;
}

}  // namespace tailrace
