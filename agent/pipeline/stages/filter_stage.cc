#include "agent/pipeline/stages/filter_stage.h"

#include <utility>

namespace tailrace {
namespace {

class Filtering final : public Stage {
 public:
  Filtering(CompiledFilter filter, FilterAction action)
      : filter_(std::move(filter)), action_(action) {}

  void Run(StageBatch& batch) override {
    const RecordMask matched = filter_.Match(filter_.BindStream(batch.labels()), batch.all_fields(),
                                             batch.selected(), scratch_);
    RecordMask ended = batch.selected();
    if (action_ == FilterAction::kDrop) {
      ended &= matched;
    } else {
      ended -= matched;
    }
    ended.ForEach([&](size_t i) { batch.End(i, Fate::kFiltered); });
  }

 private:
  const CompiledFilter filter_;
  const FilterAction action_;
  FilterScratch scratch_;
};

}  // namespace

StageMaker FilterStage(CompiledFilter filter, FilterAction action) {
  return [filter = std::move(filter), action](const StageSetup&) {
    return std::make_unique<Filtering>(filter, action);
  };
}

}  // namespace tailrace
