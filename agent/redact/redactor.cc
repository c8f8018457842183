#include "agent/redact/redactor.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "agent/base/status.h"
#include "agent/redact/clue_kernels.h"
#include "agent/redact/prefilter.h"
#include "agent/redact/redact_rules.h"
#include "agent/redact/value_redactor.h"

namespace tailrace {
namespace {

// Longer values are looked at where they are.
constexpr size_t kMaxStagedValue = 512;

bool CanHoldSecrets(FieldKind kind) {
  return kind != FieldKind::kTrue && kind != FieldKind::kFalse && kind != FieldKind::kNull;
}

bool IsSelected(const FieldPaths& paths, const Field& field) {
  if (!CanHoldSecrets(field.kind)) return false;
  if (paths.all()) return true;
  return paths.Covers(field.name) ||
         (field.kind >= FieldKind::kObject && paths.ReachInto(field.name));
}

bool LiesWithin(std::string_view part, std::string_view text) {
  const std::less_equal<const char*> not_after;
  return not_after(text.data(), part.data()) &&
         not_after(part.data() + part.size(), text.data() + text.size());
}

}  // namespace

absl::StatusOr<Redactor> Redactor::Compile(const RedactOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<const RedactRules> rules, RedactRules::Compile(options));
  return Redactor(std::move(rules));
}

Redactor::Redactor(std::shared_ptr<const RedactRules> rules)
    : rules_(std::move(rules)), values_(std::make_unique<ValueRedactor>(*rules_)) {}

Redactor::~Redactor() = default;
Redactor::Redactor(const Redactor& other) : Redactor(other.rules_) {}
Redactor& Redactor::operator=(const Redactor& other) {
  if (this != &other) *this = Redactor(other);
  return *this;
}
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;

bool Redactor::LooksAt(std::string_view name) const {
  return rules_->fields().all() || rules_->fields().Covers(name);
}

const std::vector<std::string>& Redactor::rule_names() const { return rules_->names(); }

RedactCounts Redactor::Redact(FieldList& fields, ByteArena& arena, std::string_view text) {
  const Suspicion suspicion = Suspect(fields, text);
  if (suspicion == Suspicion::kNone) return {};
  values_->Begin();
  for (Field& field : fields) {
    // What is spelled with escapes shows itself only when they are undone.
    const bool suspect =
        suspicion == Suspicion::kAll || field.value.find('\\') != std::string_view::npos;
    if (suspect && IsSelected(rules_->fields(), field)) RedactField(field, arena);
  }
  return values_->counts();
}

bool Redactor::RedactText(std::string_view text, std::string_view name, std::string& out) {
  values_->Begin();
  return values_->RedactText({text, name}, out);
}

// One pass over all values together, each behind its name as in "name=value", costs less than one
// for each: most are shorter than a step of the pass.
Redactor::Suspicion Redactor::Suspect(const FieldList& fields, std::string_view text) {
  if (rules_->has_patterns()) return Suspicion::kAll;
  const ClueKernel& kernel = ActiveClueKernel();
  Clues clues = 0;
  staged_.clear();
  for (const Field& field : fields) {
    if (!IsSelected(rules_->fields(), field)) continue;
    const bool value_within = LiesWithin(field.value, text);
    if (value_within && LiesWithin(field.name, text)) continue;
    staged_ += field.name;
    staged_ += '=';
    if (!value_within && field.value.size() > kMaxStagedValue) {
      clues |= kernel.find(field.value);
    } else if (!value_within) {
      staged_ += field.value;
    }
    staged_ += '\n';
  }
  if (!text.empty()) clues |= kernel.find(text);
  if (!staged_.empty()) clues |= kernel.find(staged_);
  if (!(CandidatesOf(clues) & rules_->detectors()).empty()) return Suspicion::kAll;
  return (clues & kClueBackslash) != 0 ? Suspicion::kEscapes : Suspicion::kNone;
}

void Redactor::RedactField(Field& field, ByteArena& arena) {
  bool changed = false;
  switch (field.kind) {
    case FieldKind::kText:
    case FieldKind::kNumber:
      changed = values_->RedactText({field.value, field.name}, rewritten_);
      break;
    case FieldKind::kJsonString:
      changed = values_->RedactJsonString({field.value, field.name}, rewritten_);
      break;
    case FieldKind::kObject:
    case FieldKind::kArray: {
      const bool whole = rules_->fields().Covers(field.name);
      changed = values_->RedactJson({field.value, field.name}, whole ? "" : field.name, rewritten_);
      break;
    }
    default:
      break;
  }
  if (!changed) return;
  field.value = arena.Copy(rewritten_);
  if (field.kind == FieldKind::kNumber) field.kind = FieldKind::kText;
}

}  // namespace tailrace
