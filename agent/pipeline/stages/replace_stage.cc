#include "agent/pipeline/stages/replace_stage.h"

#include <memory>
#include <utility>

#include "agent/pipeline/stages/value_edit.h"

namespace tailrace {
namespace {

class Replacing final : public Stage {
 public:
  Replacing(std::shared_ptr<const ReplaceOptions> options, Counter& failures)
      : options_(std::move(options)), failures_(failures) {}

  void Run(StageBatch& batch) override {
    uint64_t failures = 0;
    batch.selected().ForEach([&](size_t i) {
      for (const FieldPath& path : options_->fields) {
        if (!Replace(path, batch.fields(i), batch.arena())) ++failures;
      }
    });
    if (failures > 0) failures_.Add(failures);
  }

 private:
  bool Replace(const FieldPath& path, FieldList& fields, ByteArena& arena) {
    const FieldValue value = path.Find(fields);
    if (!value.found || !value.is_string()) return true;
    const std::string_view text = TextOf(value, unescaped_);
    switch (options_->regex.ReplaceAll(text, options_->with, kReplacedBytesMax, replaced_)) {
      case ReplaceResult::kNoMatch:
        return true;
      case ReplaceResult::kTooLong:
        return false;
      case ReplaceResult::kReplaced:
        break;
    }
    ReplaceValue(fields, path, value, arena.Copy(replaced_), FieldKind::kText, arena);
    return true;
  }

  const std::shared_ptr<const ReplaceOptions> options_;
  Counter& failures_;
  std::string unescaped_;
  std::string replaced_;
};

}  // namespace

StageMaker ReplaceStage(ReplaceOptions options) {
  auto shared = std::make_shared<const ReplaceOptions>(std::move(options));
  return [shared](const StageSetup& setup) {
    return std::make_unique<Replacing>(shared, *setup.failures);
  };
}

}  // namespace tailrace
