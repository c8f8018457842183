#include "agent/pipeline/stages/sample_stage.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "agent/crypto/fast_hash.h"

namespace tailrace {
namespace {

// Never to change: it decides on every node which traces are kept.
constexpr uint64_t kSampleSeed = 0x7461696c72616365;

class Sampling final : public Stage {
 public:
  explicit Sampling(std::shared_ptr<const SampleOptions> options) : options_(std::move(options)) {}

  void Run(StageBatch& batch) override {
    if (options_->rate >= 1) return;
    RecordMask judged = batch.selected();
    if (options_->unless) {
      judged -= options_->unless->Match(options_->unless->BindStream(batch.labels()),
                                        batch.all_fields(), judged, scratch_);
    }
    judged.ForEach([&](size_t i) {
      if (!IsIn(HashOf(batch, i))) batch.End(i, Fate::kFiltered);
    });
  }

 private:
  // The upper 53 bits of the hash as a number from 0 to 1.
  bool IsIn(uint64_t hash) const {
    return static_cast<double>(hash >> 11) * 0x1p-53 < options_->rate;
  }

  uint64_t HashOf(const StageBatch& batch, size_t record) {
    key_.clear();
    if (options_->key.AppendTo(key_, batch.labels(), batch.fields(record), scratch_.unescaped)) {
      return FastHash64(key_, kSampleSeed);
    }
    const auto& file = batch.origin().key.bytes;
    const int64_t offset = batch.batch().offsets[record];
    std::array<char, sizeof(FileKey) + sizeof(offset)> place;
    std::memcpy(place.data(), file.data(), file.size());
    std::memcpy(place.data() + file.size(), &offset, sizeof(offset));
    return FastHash64({place.data(), place.size()}, kSampleSeed);
  }

  const std::shared_ptr<const SampleOptions> options_;
  FilterScratch scratch_;
  std::string key_;
};

}  // namespace

StageMaker SampleStage(SampleOptions options) {
  auto shared = std::make_shared<const SampleOptions>(std::move(options));
  return [shared](const StageSetup&) { return std::make_unique<Sampling>(shared); };
}

}  // namespace tailrace
