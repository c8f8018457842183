// A strict JSON checker that owes nothing to the agent: RFC 8259, UTF-8, and no key twice in one
// object (compared after unescaping), as Elasticsearch has it.
//
// Threads   Stateless.
// Bounds    At most kMaxJsonDepth levels; deeper texts are invalid.
// Failure   Total: any bytes give a verdict. kDuplicateKey is only said of texts that are otherwise
// valid. Cost      One pass; an allocation only for keys with escapes and for large objects.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tailrace {

inline constexpr int kMaxJsonDepth = 512;

enum class JsonVerdict { kGood, kInvalid, kDuplicateKey };

// A member of the root object (depth 1) or of an object directly in it (depth 2; `parent` is then
// the outer key). All three are raw spans of the text; strings keep their quotes.
struct JsonMember {
  int depth = 0;
  std::string_view parent;
  std::string_view key;
  std::string_view value;
};

using JsonVisitor = std::function<void(const JsonMember&)>;

// Members are visited in the order in which they end. `visit` may be empty.
JsonVerdict CheckJson(std::string_view text, const JsonVisitor& visit);

// The text of a raw string span (with its quotes) that CheckJson has passed. False for a span that
// is no string.
bool UnquoteJson(std::string_view raw, std::string* out);

// Appends `text` as a JSON string with its quotes.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace tailrace
