#include "agent/pipeline/stages/route_stage.h"

#include <memory>
#include <utility>

namespace tailrace {
namespace {

class Routing final : public Stage {
 public:
  explicit Routing(std::shared_ptr<const std::vector<RouteBranch>> branches)
      : branches_(std::move(branches)) {}

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) { batch.record(i).branches = 0; });
    RecordMask open = batch.selected();
    for (size_t branch = 0; branch < branches_->size() && !open.empty(); ++branch) {
      const RouteBranch& options = (*branches_)[branch];
      RecordMask taken = open;
      if (options.when) {
        taken = options.when->Match(options.when->BindStream(batch.labels()), batch.all_fields(),
                                    open, scratch_);
      }
      taken.ForEach([&](size_t i) { batch.record(i).branches |= uint64_t{1} << branch; });
      if (!options.continues) open -= taken;
    }
    batch.selected().ForEach([&](size_t i) {
      if (batch.record(i).branches == 0) batch.End(i, Fate::kFiltered);
    });
  }

 private:
  const std::shared_ptr<const std::vector<RouteBranch>> branches_;
  FilterScratch scratch_;
};

}  // namespace

StageMaker RouteStage(std::vector<RouteBranch> branches) {
  auto shared = std::make_shared<const std::vector<RouteBranch>>(std::move(branches));
  return [shared](const StageSetup&) { return std::make_unique<Routing>(shared); };
}

}  // namespace tailrace
