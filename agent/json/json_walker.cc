#include "agent/json/json_walker.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "agent/base/check.h"
#include "agent/json/byte_kernels.h"
#include "agent/json/field_name.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/json/name_digest.h"
#include "agent/json/scalar_token.h"

namespace tailrace {
namespace {

bool IsRootScalar(std::string_view text, uint32_t at) {
  if (text[at] == '"') return true;  // Stage 1 saw its end, and no token after it.
  size_t end = text.size();
  while (IsJsonSpace(text[end - 1])) --end;
  const char* begin = text.data() + at;
  const char* limit = text.data() + end;
  return *begin == '-' || (*begin >= '0' && *begin <= '9') ? IsNumberToken(begin, limit)
                                                           : IsLiteralToken(begin, limit);
}

// The name that begins at `at`, as it is spelled: a quote without a backslash ends it.
std::string_view SpelledName(const char* at) {
  const char* end = at;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {at, static_cast<size_t>(end - at)};
}

void BeginField(const char* text, uint32_t name, uint32_t name_length, uint32_t value,
                JsonField& field) {
  field.key_offset = name;
  field.key_length = name_length;
  field.value_offset = value;
  field.kind = KindOfValue(text[value]);
  field.key_escaped = field.value_escaped = false;
}

// `end` is the token after the value.
void EndField(const char* text, uint32_t end, JsonField& field) {
  while (IsJsonSpace(text[end - 1])) --end;
  field.value_length = end - field.value_offset;
}

void MarkEscapedFields(std::string_view text, std::span<JsonField> fields) {
  for (JsonField& field : fields) {
    field.key_escaped = field.key(text).find('\\') != std::string_view::npos;
    field.value_escaped =
        field.kind == JsonKind::kString && field.value(text).find('\\') != std::string_view::npos;
  }
}

}  // namespace

// Where the walk stands after a name; no path when there are too many names.
struct JsonWalker::NextName {
  const NamePaths::Step* path = nullptr;
  uint32_t length = 0;
};

JsonWalker::JsonWalker(size_t max_names) : max_names_(max_names) {
  CHECK(max_names >= NamePaths::kMaxLength);
}

std::string_view WalkResultName(WalkResult result) {
  switch (result) {
    case WalkResult::kObject:
      return "object";
    case WalkResult::kScalarOrArray:
      return "scalar_or_array";
    case WalkResult::kInvalid:
      return "invalid";
    case WalkResult::kTooDeep:
      return "too_deep";
    case WalkResult::kTooManyNames:
      return "too_many_names";
    case WalkResult::kTooLong:
      return "too_long";
  }
  return "unknown";
}

WalkResult JsonWalker::Walk(std::string_view text, JsonFields& fields) noexcept {
  JsonField* field = fields.Prepare(1);
  if (text.size() > kMaxBytes) return WalkResult::kTooLong;
  if (!stage_one_.Index(text)) return WalkResult::kInvalid;
  const uint32_t* tokens = stage_one_.tokens();
  const size_t count = stage_one_.count();
  const uint32_t first = tokens[0];
  const uint32_t last = tokens[count - 1];

  const bool object = text[first] == '{';
  const bool container = object || text[first] == '[';
  // What is around a container does not matter; a string has no token at its end.
  const size_t end = container ? last + size_t{1} : text.size();
  const TextMarks marks = ActiveByteKernels().scan(text.substr(first, end - first));
  if (!marks.well_formed) return WalkResult::kInvalid;
  traits_ = {.escapes = marks.escapes,
             .newlines = marks.newlines,
             .lone_surrogates = marks.lone_surrogates};
  if (!container) {
    const bool valid = count == 1 && IsRootScalar(text, first);
    return valid ? WalkResult::kScalarOrArray : WalkResult::kInvalid;
  }
  // The walk relies on it: no other token is ever looked for beyond a closing one.
  if (text[last] != '}' && text[last] != ']') return WalkResult::kInvalid;

  // Each member takes at least four tokens: name, colon, value, and comma or brace.
  if (object) field = fields.Prepare(std::min(count / 4, max_names_) + 1);
  const WalkResult result = object ? WalkContainer<true>(text.data(), tokens, field)
                                   : WalkContainer<false>(text.data(), tokens, field);
  if (result != WalkResult::kObject) return result;
  if (!object) return WalkResult::kScalarOrArray;
  if (marks.escapes) MarkEscapedFields(text, {field, field_count_});
  fields.Finish(field_count_, traits_, first + 1, last - first - 1);
  return WalkResult::kObject;
}

// A state machine: each label is a place in the grammar, and stands after the token that led there.
template <bool kRootObject>
WalkResult JsonWalker::WalkContainer(const char* text, const uint32_t* next,
                                     JsonField* field) noexcept {
  const JsonField* const first_field = field;
  const NamePaths::Step* path = paths_.root();
  uint32_t scopes[kMaxDepth + 1];  // Of the open objects; an array's entry is not used.
  uint32_t* scope = scopes;
  uint32_t scope_count = 0;
  uint64_t objects = 0;  // A bit for each open container, the innermost lowest: set for objects.
  NextName name;
  uint32_t at = *next++;

open:
  if (scope++ == scopes + kMaxDepth) return WalkResult::kTooDeep;
  objects <<= 1;
  if (text[at] == '[') {
    if (text[*next] == ']') goto close;
    goto value;
  }
  objects |= 1;
  *scope = scope_count++;
  if (text[*next] == '}') goto close;
member:
  if (text[next[0]] != '"' || text[next[1]] != ':') return WalkResult::kInvalid;
  at = next[0] + 1;
  name = {path->expected, path->expected->length};
  if (!name.path->MatchesHead(text + at, *scope)) [[unlikely]] {
    name = UnexpectedName(text, next, path, *scope);
    if (name.path == nullptr) return WalkResult::kTooManyNames;
  }
  path = name.path;
  next += 2;
  if (kRootObject && scope == scopes + 1) BeginField(text, at, name.length, *next, *field);
value:
  at = *next++;
  if (text[at] != '"') {
    if (text[at] == '{' || text[at] == '[') goto open;
    if (!IsScalarToken(text + at, text + *next)) return WalkResult::kInvalid;
  }
after_value:
  if (kRootObject && scope == scopes + 1) EndField(text, *next, *field++);
  if (text[*next] == ',') {
    ++next;
    if ((objects & 1) != 0) goto member;
    goto value;
  }
  if (text[*next] != ((objects & 1) != 0 ? '}' : ']')) return WalkResult::kInvalid;
close:
  ++next;
  objects >>= 1;
  if (--scope != scopes) {
    if (next == stage_one_.end()) return WalkResult::kInvalid;
    goto after_value;
  }
  if (next != stage_one_.end()) return WalkResult::kInvalid;
  field_count_ = static_cast<size_t>(field - first_field);
  if (path == paths_.nowhere()) LearnPath(text);
  return WalkResult::kObject;
}

// For a name that is not the one that was expected first. `name` is its token.
__attribute__((noinline)) JsonWalker::NextName JsonWalker::UnexpectedName(
    const char* text, const uint32_t* name, const NamePaths::Step* path, uint32_t scope) noexcept {
  const uint32_t begin = name[0] + 1;
  uint32_t end = name[1] - 1;
  while (text[end] != '"') --end;
  const uint32_t length = end - begin;
  if (path != paths_.nowhere()) {
    const NamePaths::Step* step = paths_.Follow(path, {text + begin, length}, scope);
    if (step != nullptr) return {step, length};
    LeavePath(text, name, path);
  }
  if (name_count_ == max_names_) return {};
  AddName(text, begin, length, scope);
  return {paths_.nowhere(), length};
}

// From here on names are hashed. Those before `name`, which made the path that ends with `last`,
// are made up for; the tokens tell where they are.
void JsonWalker::LeavePath(const char* text, const uint32_t* name,
                           const NamePaths::Step* last) noexcept {
  names_.Begin(std::min(stage_one_.count() / 4, max_names_) + 1, stage_one_.count());
  name_count_ = 0;
  for (const NamePaths::Step* step = last; step != paths_.root(); step = paths_.Parent(step)) {
    do {
      --name;
    } while (text[name[0]] != '"' || text[name[1]] != ':');
    const uint32_t offset = name[0] + 1;
    const NameDigest digest = DigestName(text + offset, step->length, names_.seed());
    (void)names_.FindOrAdd(step->scope, digest.hash, offset, [](uint32_t) { return false; });
    ++name_count_;
  }
  left_at_ = last;
  followed_count_ = name_count_;
  learnable_ = true;
}

void JsonWalker::AddName(const char* text, uint32_t offset, uint32_t length,
                         uint32_t scope) noexcept {
  std::string_view spelling(text + offset, length);
  NameDigest digest = DigestName(spelling.data(), spelling.size(), names_.seed());
  if (digest.backslash != 0) [[unlikely]] {
    unescaped_.clear();
    AppendUnescaped(spelling, unescaped_);
    unescaped_.reserve(unescaped_.size() + 16);  // The digest reads beyond.
    spelling = unescaped_;
    digest = DigestName(spelling.data(), spelling.size(), names_.seed());
    digest.suspect = 1;
    learnable_ = false;
  }
  if (digest.suspect != 0) traits_.unsafe_names |= NameNeedsRepair(spelling);
  const auto same = [&](uint32_t other) {
    // The quote that ends a spelling is compared too: it cannot stand within another one.
    if (std::memcmp(text + other, text + offset, length + size_t{1}) == 0) return true;
    return traits_.escapes && UnescapesTo(SpelledName(text + other), spelling);
  };
  if (names_.FindOrAdd(scope, digest.hash, offset, same) != nullptr) {
    traits_.duplicate_names = true;
  }
  if (name_count_ < NamePaths::kMaxLength) {
    unknown_[name_count_ - followed_count_] = {offset, length, scope};
  }
  ++name_count_;
}

void JsonWalker::LearnPath(const char* text) noexcept {
  if (!learnable_ || traits_.duplicate_names || traits_.unsafe_names) return;
  const size_t count = std::min(name_count_, NamePaths::kMaxLength) - followed_count_;
  paths_.Learn(left_at_, text, {unknown_, count});
}

}  // namespace tailrace
