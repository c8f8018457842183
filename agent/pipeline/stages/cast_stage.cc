#include "agent/pipeline/stages/cast_stage.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "agent/pipeline/stages/cast_value.h"
#include "agent/pipeline/stages/value_edit.h"

namespace tailrace {
namespace {

// With what may be read behind a value.
constexpr char kTrueToken[4 + kValuePaddingBytes + 1] = "true";
constexpr char kFalseToken[5 + kValuePaddingBytes + 1] = "false";

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

bool IsContainer(FieldKind kind) { return kind == FieldKind::kObject || kind == FieldKind::kArray; }
bool IsBool(FieldKind kind) { return kind == FieldKind::kTrue || kind == FieldKind::kFalse; }

class Casting final : public Stage {
 public:
  Casting(std::shared_ptr<const std::vector<CastField>> fields, Counter& failures)
      : fields_(std::move(fields)), failures_(failures) {}

  void Run(StageBatch& batch) override {
    uint64_t failures = 0;
    batch.selected().ForEach([&](size_t i) {
      for (const CastField& cast : *fields_) {
        const FieldValue value = cast.path.Find(batch.fields(i));
        if (!value.missing() && !Cast(cast, value, batch.fields(i), batch.arena())) ++failures;
      }
    });
    if (failures > 0) failures_.Add(failures);
  }

 private:
  bool Cast(const CastField& cast, const FieldValue& value, FieldList& fields, ByteArena& arena) {
    const auto put = [&](std::string_view text, FieldKind kind) {
      ReplaceValue(fields, cast.path, value, text, kind, arena);
    };
    if (cast.type == CastType::kString) {
      if (!value.is_string()) put(value.text, FieldKind::kText);
      return true;
    }
    if (IsContainer(value.kind)) return false;
    if (cast.type == CastType::kBool) {
      bool truth = value.kind == FieldKind::kTrue;
      if (IsBool(value.kind)) return true;
      if (!ReadBool(Trimmed(TextOf(value, unescaped_)), truth)) return false;
      put(truth ? std::string_view(kTrueToken) : std::string_view(kFalseToken),
          truth ? FieldKind::kTrue : FieldKind::kFalse);
      return true;
    }
    if (!ReadNumber(cast.type, value)) return false;
    put(arena.Copy(token_.text()), FieldKind::kNumber);
    return true;
  }

  bool ReadNumber(CastType type, const FieldValue& value) {
    if (IsBool(value.kind)) {
      return type == CastType::kInt && ReadInt(value.kind == FieldKind::kTrue ? "1" : "0", token_);
    }
    const std::string_view text = Trimmed(TextOf(value, unescaped_));
    switch (type) {
      case CastType::kInt:
        return ReadInt(text, token_);
      case CastType::kFloat:
        return ReadFloat(text, token_);
      case CastType::kDuration:
        return ReadSeconds(text, token_);
      case CastType::kBytes:
        return ReadByteCount(text, token_);
      case CastType::kBool:
      case CastType::kString:
        break;  // No numbers.
    }
    return false;
  }

  const std::shared_ptr<const std::vector<CastField>> fields_;
  Counter& failures_;
  NumberToken token_;
  std::string unescaped_;
};

}  // namespace

StageMaker CastStage(std::vector<CastField> fields) {
  auto shared = std::make_shared<const std::vector<CastField>>(std::move(fields));
  return [shared](const StageSetup& setup) {
    return std::make_unique<Casting>(shared, *setup.failures);
  };
}

}  // namespace tailrace
