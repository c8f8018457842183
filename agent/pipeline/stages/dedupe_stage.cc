#include "agent/pipeline/stages/dedupe_stage.h"

#include <sys/random.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/check.h"
#include "agent/crypto/fast_hash.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

constexpr size_t kCountDigitsMax = 20;

class Deduplicating final : public Stage {
 public:
  Deduplicating(std::shared_ptr<const DedupeOptions> options, const StageSetup& setup)
      : options_(std::move(options)), record_clock_(setup.record_clock) {
    const size_t bytes = sizeof(seeds_);
    CHECK(getrandom(seeds_.data(), bytes, 0) == static_cast<ssize_t>(bytes));
    if (options_->by.empty()) message_ = *FieldPath::Parse(kMessageField);
  }

  void Run(StageBatch& batch) override {
    CHECK(batch.origin().windows != nullptr);
    DedupeWindows& windows = batch.origin().windows->Of(*options_);
    if (!record_clock_) windows.EndOld(batch.origin().now_nanos);
    batch.selected().ForEach([&](size_t i) {
      int64_t now_nanos = batch.origin().now_nanos;
      if (record_clock_) {
        now_nanos = clock_.Parse(batch.record(i).time).value_or(0);
        windows.EndOld(now_nanos);
      }
      const std::optional<DedupeKey> key = KeyOf(batch, i);
      if (key && !windows.Admit(*key, now_nanos, batch, i)) batch.End(i, Fate::kFiltered);
    });
    windows.Keep(batch);
  }

 private:
  std::optional<DedupeKey> KeyOf(StageBatch& batch, size_t record) {
    if (options_->by.empty()) {
      const FieldValue message = message_.Find(batch.fields(record));
      return Hash(message.missing() ? batch.record(record).original : TextOf(message, unescaped_));
    }
    key_.clear();
    if (!options_->by.AppendTo(key_, batch.labels(), batch.fields(record), unescaped_)) {
      return std::nullopt;
    }
    return Hash(key_);
  }
  DedupeKey Hash(std::string_view text) const {
    return {FastHash64(text, seeds_[0]), FastHash64(text, seeds_[1])};
  }

  const std::shared_ptr<const DedupeOptions> options_;
  const bool record_clock_;
  // A stream stays with its worker and plan, and so with this stage.
  std::array<uint64_t, 2> seeds_{};
  FieldPath message_;
  TimestampReader clock_;
  std::string key_;
  std::string unescaped_;
};

}  // namespace

StageMaker DedupeStage(std::shared_ptr<const DedupeOptions> options) {
  return [options = std::move(options)](const StageSetup& setup) {
    return std::make_unique<Deduplicating>(options, setup);
  };
}

void PutSummary(const DedupeSummary& summary, StageBatch& batch, size_t index) {
  summary.last.PutInto(batch, index);
  std::array<char, kCountDigitsMax> digits;
  const char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), summary.records).ptr;
  const std::string_view count(digits.data(), static_cast<size_t>(end - digits.data()));
  batch.fields(index).push_back(
      {kDedupeCountField, batch.arena().Copy(count), FieldKind::kNumber, /*ours=*/true});
  batch.fields(index).push_back(
      {kDedupeSinceField, batch.arena().Copy(summary.first_time), FieldKind::kText, /*ours=*/true});
}

}  // namespace tailrace
