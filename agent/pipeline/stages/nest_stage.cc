#include "agent/pipeline/stages/nest_stage.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/json/utf8.h"
#include "agent/pipeline/stages/field_edit.h"
#include "agent/pipeline/stages/value_edit.h"

namespace tailrace {
namespace {

constexpr std::string_view kNameless = "_";
// With what is read behind an object.
constexpr char kEmptyObject[2 + kValuePaddingBytes + 1] = "{}";

size_t BoundOf(const Field& member) {
  return EscapeBound(member.name.size()) + 8 +
         (member.kind == FieldKind::kText ? EscapeBound(member.value.size()) : member.value.size());
}

char* PutMember(char* out, const Field& member) noexcept {
  *out++ = '"';
  out = EscapeLossyTo(out, member.name);
  *out++ = '"';
  *out++ = ':';
  if (member.is_string()) *out++ = '"';
  if (member.kind == FieldKind::kText) {
    out = EscapeTo(out, member.value);
  } else if (!member.value.empty()) {
    std::memcpy(out, member.value.data(), member.value.size());
    out += member.value.size();
  }
  if (member.is_string()) *out++ = '"';
  return out;
}

class Nesting final : public Stage {
 public:
  explicit Nesting(std::shared_ptr<const NestOptions> options) : options_(std::move(options)) {}

  void Run(StageBatch& batch) override {
    arena_ = &batch.arena();
    batch.selected().ForEach([&](size_t i) { Nest(batch.fields(i)); });
  }

 private:
  void Nest(FieldList& fields) {
    members_.clear();
    beside_.clear();
    if (!options_->prefix.empty()) TakePrefixed(fields);
    for (const FieldPath& path : options_->fields) {
      const FieldValue value = TakeField(fields, path, *arena_);
      if (!value.found) continue;
      AddMember({path.segment(path.size() - 1), value.text, value.kind, /*ours=*/true});
    }
    if (!members_.empty()) PutObject(fields);
    fields.insert(fields.end(), beside_.begin(), beside_.end());
  }

  void TakePrefixed(FieldList& fields) {
    const std::string_view prefix = options_->prefix;
    std::erase_if(fields, [&](const Field& field) {
      // The object itself may begin like its members.
      if (!field.name.starts_with(prefix) || field.name == options_->into.name()) return false;
      Field member = field;
      member.name.remove_prefix(prefix.size());
      AddMember(member);
      return true;
    });
  }

  // The last one of a name counts.
  void AddMember(Field member) {
    if (member.name.empty()) member.name = kNameless;
    if (member.kind == FieldKind::kText && !IsValidUtf8(member.value)) {
      member.name = NameBeside(member.name);
      member.ours = true;
      beside_.push_back(member);
      return;
    }
    std::erase_if(members_, [&](const Field& other) { return other.name == member.name; });
    members_.push_back(member);
  }

  std::string_view NameBeside(std::string_view name) {
    const std::string& into = options_->into.name();
    const size_t size = into.size() + 1 + name.size();
    char* const begin = arena_->Allocate(size);
    char* out = std::copy(into.begin(), into.end(), begin);
    *out++ = '.';
    std::copy(name.begin(), name.end(), out);
    return {begin, size};
  }

  void PutObject(FieldList& fields) {
    const FieldValue before = options_->into.Find(fields);
    const std::string_view earlier =
        before.kind == FieldKind::kObject ? before.text : std::string_view(kEmptyObject);
    size_t bound = earlier.size() + 2;
    for (const Field& member : members_) bound += BoundOf(member);
    char* const begin = arena_->Allocate(bound);
    char* out = begin;
    *out++ = '{';
    for (JsonMembers kept(earlier); kept.Next();) {
      const bool replaced = std::any_of(members_.begin(), members_.end(), [&](const Field& member) {
        return UnescapesTo(kept.name(), member.name);
      });
      if (replaced) continue;
      if (out != begin + 1) *out++ = ',';
      const char* const from = kept.name().data() - 1;  // At the quote.
      const auto size = static_cast<size_t>(kept.value().data() + kept.value().size() - from);
      std::memcpy(out, from, size);
      out += size;
    }
    for (const Field& member : members_) {
      if (out != begin + 1) *out++ = ',';
      out = PutMember(out, member);
    }
    *out++ = '}';
    const auto size = static_cast<size_t>(out - begin);
    arena_->Shrink(bound - size);
    if (before.kind == FieldKind::kObject) {
      ReplaceValue(fields, options_->into, before, {begin, size}, FieldKind::kObject, *arena_);
    } else {
      PutField(fields, options_->into, {begin, size}, FieldKind::kObject, *arena_);
    }
  }

  const std::shared_ptr<const NestOptions> options_;
  ByteArena* arena_ = nullptr;  // Of the batch at hand.
  FieldList members_;
  FieldList beside_;
};

}  // namespace

StageMaker NestStage(NestOptions options) {
  auto shared = std::make_shared<const NestOptions>(std::move(options));
  return [shared](const StageSetup&) { return std::make_unique<Nesting>(shared); };
}

}  // namespace tailrace
