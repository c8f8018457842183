#include "agent/pipeline/stages/lookup_stage.h"

#include <string>
#include <utility>

#include "agent/pipeline/stages/field_edit.h"

namespace tailrace {
namespace {

class LookingUp final : public Stage {
 public:
  LookingUp(std::shared_ptr<const LookupStageOptions> options, Counter& failures)
      : options_(std::move(options)), failures_(failures), values_(options_->set.size()) {}

  void Run(StageBatch& batch) override {
    const uint64_t version = options_->file->version();
    if (version != version_) {
      table_ = options_->file->table();
      version_ = version;
    }
    uint64_t failures = 0;
    batch.selected().ForEach([&](size_t i) {
      if (!LookUp(batch.fields(i), batch.arena())) ++failures;
    });
    if (failures > 0) failures_.Add(failures);
  }

 private:
  bool LookUp(FieldList& fields, ByteArena& arena) {
    const FieldValue key = options_->key.Find(fields);
    if (key.missing()) return true;
    switch (table_->Find(TextOf(key, unescaped_), values_, arena)) {
      case TableResult::kUnknown:
        return true;
      case TableResult::kBadKey:
        return false;
      case TableResult::kFound:
        break;
    }
    for (size_t i = 0; i < values_.size(); ++i) {
      if (!values_[i].found) continue;
      // A copy: the table may be gone before the batch is.
      PutField(fields, options_->set[i], arena.Copy(values_[i].text), values_[i].kind, arena);
    }
    return true;
  }

  const std::shared_ptr<const LookupStageOptions> options_;
  Counter& failures_;
  uint64_t version_ = 0;
  std::shared_ptr<const LookupTable> table_;
  std::vector<LookupValue> values_;
  std::string unescaped_;
};

}  // namespace

StageMaker LookupStage(LookupStageOptions options) {
  auto shared = std::make_shared<const LookupStageOptions>(std::move(options));
  return [shared](const StageSetup& setup) {
    return std::make_unique<LookingUp>(shared, *setup.failures);
  };
}

}  // namespace tailrace
