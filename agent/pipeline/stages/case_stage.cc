#include "agent/pipeline/stages/case_stage.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "agent/pipeline/stages/value_edit.h"

namespace tailrace {
namespace {

constexpr char kCaseBit = 'a' - 'A';

class Casing final : public Stage {
 public:
  Casing(std::shared_ptr<const std::vector<FieldPath>> fields, LetterCase letter_case)
      : fields_(std::move(fields)), first_(letter_case == LetterCase::kLower ? 'A' : 'a') {}

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) {
      for (const FieldPath& path : *fields_) Change(path, batch.fields(i), batch.arena());
    });
  }

 private:
  bool Changes(char c) const { return static_cast<unsigned char>(c - first_) < 26; }

  void Change(const FieldPath& path, FieldList& fields, ByteArena& arena) {
    const FieldValue value = path.Find(fields);
    if (!value.found || !value.is_string()) return;
    const std::string_view text = TextOf(value, unescaped_);
    if (std::none_of(text.begin(), text.end(), [this](char c) { return Changes(c); })) return;
    char* const changed = arena.Allocate(text.size());
    std::transform(text.begin(), text.end(), changed,
                   [this](char c) { return Changes(c) ? static_cast<char>(c ^ kCaseBit) : c; });
    // Without escapes the characters are their own spelling, before and after.
    const FieldKind kind = value.escaped() ? FieldKind::kText : value.kind;
    ReplaceValue(fields, path, value, {changed, text.size()}, kind, arena);
  }

  const std::shared_ptr<const std::vector<FieldPath>> fields_;
  const char first_;  // Of the letters that change.
  std::string unescaped_;
};

}  // namespace

StageMaker CaseStage(std::vector<FieldPath> fields, LetterCase letter_case) {
  auto shared = std::make_shared<const std::vector<FieldPath>>(std::move(fields));
  return [shared, letter_case](const StageSetup&) {
    return std::make_unique<Casing>(shared, letter_case);
  };
}

}  // namespace tailrace
