#include "agent/pipeline/stages/replace_stage.h"

#include <functional>
#include <memory>
#include <utility>

#include "agent/base/strings.h"
#include "agent/json/utf8.h"
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
        if (!Replace(path, batch, i)) ++failures;
      }
    });
    if (failures > 0) failures_.Add(failures);
  }

 private:
  bool Replace(const FieldPath& path, StageBatch& batch, size_t record) {
    FieldList& fields = batch.fields(record);
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
    const std::string_view now = batch.arena().Copy(replaced_);
    ReplaceInOriginal(value.text, now, batch, record);
    ReplaceValue(fields, path, value, now, FieldKind::kText, batch.arena());
    return true;
  }

  // Where the document has the original bytes beside it, they must not tell what was replaced.
  static void ReplaceInOriginal(std::string_view was, std::string_view now, StageBatch& batch,
                                size_t record) {
    std::string_view& original = batch.record(record).original;
    if (IsValidUtf8(original)) return;
    const std::less_equal<const char*> not_after;
    const bool within = not_after(original.data(), was.data()) &&
                        not_after(was.data() + was.size(), original.data() + original.size());
    if (!within) {
      original = now;
      return;
    }
    const auto begin = static_cast<size_t>(was.data() - original.data());
    original = batch.arena().Copy(
        Concat({original.substr(0, begin), now, original.substr(begin + was.size())}));
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
