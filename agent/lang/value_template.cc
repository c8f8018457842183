#include "agent/lang/value_template.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "agent/json/json_escape.h"
#include "agent/lang/logql_lexer.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

constexpr size_t kMaxTextBytes = 4096;
constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

// The name between the braces, which stands from `begin` to `end`.
absl::StatusOr<ValueTemplate::Part> ParseName(std::string_view text, size_t begin, size_t end,
                                              const NameScope& scope) {
  while (begin < end && text[begin] == ' ') ++begin;
  while (end > begin && text[end - 1] == ' ') --end;
  LogqlLexer lexer(text.substr(0, end), FilterNames::kFieldPaths);
  lexer.StartAt(begin);
  absl::StatusOr<LogqlToken> token = lexer.Next();
  if (!token.ok()) return std::move(token).status();
  if (token->kind != LogqlTokenKind::kName || token->end() != end) {
    return SyntaxError(begin, {"expected the name of a label or a field, such as {{ namespace }} "
                               "or {{ .user.id }}"});
  }
  ValueTemplate::Part part;
  part.offset = begin;
  part.path = FieldPath::Of(token->segments);
  const bool is_label = !token->leading_dot && scope.IsLabel(part.path.name());
  part.kind = is_label ? ValueTemplate::PartKind::kLabel : ValueTemplate::PartKind::kField;
  if (is_label) part.text = part.path.name();
  return part;
}

// Not initialised, since a template has room for many and needs few.
struct Piece {
  const char* begin;
  size_t size;
  bool escaped;
};

void Set(Piece& piece, const FieldValue& value) {
  piece.begin = value.text.data();
  piece.size = value.missing() ? 0 : value.text.size();
  piece.escaped = value.escaped();
}

char* Put(char* out, const Piece& piece) noexcept {
  if (piece.size == 0) return out;
  if (piece.escaped) return UnescapeTo(out, {piece.begin, piece.size});
  std::memcpy(out, piece.begin, piece.size);
  return out + piece.size;
}

}  // namespace

absl::StatusOr<ValueTemplate> ValueTemplate::Parse(std::string_view text, const NameScope& scope) {
  if (text.size() > kMaxTextBytes) return SyntaxError(0, {"a template of over 4 KiB"});
  ValueTemplate result;
  size_t names = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t open = std::min(text.find(kOpen, at), text.size());
    if (open > at) {
      Part literal;
      literal.text = text.substr(at, open - at);
      literal.offset = at;
      result.parts_.push_back(std::move(literal));
    }
    if (open == text.size()) break;
    const size_t close = text.find(kClose, open + kOpen.size());
    if (close == std::string_view::npos) return SyntaxError(open, {"\"{{\" without \"}}\""});
    if (++names > kNamesMax) return SyntaxError(open, {"expected at most 32 names in a template"});
    absl::StatusOr<Part> part = ParseName(text, open + kOpen.size(), close, scope);
    if (!part.ok()) return std::move(part).status();
    result.parts_.push_back(*std::move(part));
    at = close + kClose.size();
  }
  if (result.is_constant()) {
    result.constant_ = text;
    result.constant_.append(ByteArena::kPaddingBytes, '\0');
  }
  return result;
}

std::string_view ValueTemplate::Render(std::span<const Field> record, LabelLookup labels,
                                       ByteArena& arena) const {
  if (!constant_.empty()) return std::string_view(constant_).substr(0, constant_size());
  std::array<Piece, kPartsMax> pieces;
  size_t bound = 0;
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.kind == PartKind::kField) {
      Set(pieces[i], part.path.Find(record));
    } else {
      const std::string_view text =
          part.kind == PartKind::kLabel ? labels(part.text) : std::string_view(part.text);
      pieces[i] = {text.data(), text.size(), false};
    }
    bound += pieces[i].size;
  }
  char* const begin = arena.Allocate(bound);
  char* out = begin;
  for (size_t i = 0; i < parts_.size(); ++i) out = Put(out, pieces[i]);
  const auto size = static_cast<size_t>(out - begin);
  arena.Shrink(bound - size);
  return {begin, size};
}

bool ValueTemplate::is_constant() const {
  return std::all_of(parts_.begin(), parts_.end(),
                     [](const Part& part) { return part.kind == PartKind::kLiteral; });
}

const FieldPath* ValueTemplate::sole_field() const {
  const bool is_sole = parts_.size() == 1 && parts_.front().kind == PartKind::kField;
  return is_sole ? &parts_.front().path : nullptr;
}

std::vector<FieldPath> ValueTemplate::fields() const {
  std::vector<FieldPath> fields;
  for (const Part& part : parts_) {
    if (part.kind == PartKind::kField) fields.push_back(part.path);
  }
  return fields;
}

}  // namespace tailrace
