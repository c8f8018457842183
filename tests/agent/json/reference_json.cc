#include "tests/agent/json/reference_json.h"

#include <algorithm>
#include <iterator>

namespace tailrace {
namespace {

constexpr const char* kNames[] = {"a",        "b",         "\\u0061",  "",
                                  ".",        "a.b",       ".a",       "a.",
                                  "log",      "\\u006cog", "message",  "event",
                                  "id",       "app",       "app.log",  "_id",
                                  "event.id", "a..b",      " ",        "a name of over 16",
                                  "\\n",      "k\\\"\\\\", "\xc3\xa9", "app.event.id"};
constexpr const char* kScalars[] = {"0",
                                    "-0",
                                    "1",
                                    "-12.50",
                                    "1e5",
                                    "1E-2",
                                    "3.25e+1",
                                    "true",
                                    "false",
                                    "null",
                                    "\"\"",
                                    "\"x\"",
                                    "\"\\n\"",
                                    "\"\\\"\"",
                                    "\"\\ud83d\\ude00\"",
                                    "\"\xe2\x82\xac\"",
                                    "\"{[,:]}\"",
                                    "1234567890123456",
                                    "12345678901234567890",
                                    "0.000000000000000001"};
constexpr const char* kSpaces[] = {"", "", "", " ", "\t", "\n", "\r\n", "  "};

}  // namespace

std::optional<nlohmann::json> ReferenceParse(std::string_view text) {
  nlohmann::json value = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::optional<bool> ReferenceAccepts(std::string_view text) {
  try {
    const nlohmann::json value = nlohmann::json::parse(text.begin(), text.end());
    return !value.is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::parse_error&) {
    return false;
  }
}

size_t BracketDepth(std::string_view text) {
  size_t depth = 0;
  size_t deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (in_string)
      continue;
    else if (text[i] == '{' || text[i] == '[')
      deepest = std::max(deepest, ++depth);
    else if ((text[i] == '}' || text[i] == ']') && depth > 0)
      --depth;
  }
  return deepest;
}

std::string RandomJson::Object(int depth) {
  std::string out = "{" + Space();
  for (uint32_t i = 0, count = Below(6); i < count; ++i) {
    if (i > 0) out += "," + Space();
    out += Name() + Space() + ":" + Space() + Value(depth - 1) + Space();
  }
  return out + "}";
}

std::string RandomJson::Array(int depth) {
  std::string out = "[" + Space();
  for (uint32_t i = 0, count = Below(4); i < count; ++i) {
    if (i > 0) out += "," + Space();
    out += Value(depth - 1) + Space();
  }
  return out + "]";
}

std::string RandomJson::Value(int depth) {
  const uint32_t kind = depth > 0 ? Below(5) : 4;
  if (kind == 0 || kind == 1) return Object(depth);
  if (kind == 2) return Array(depth);
  return kScalars[Below(std::size(kScalars))];
}

std::string RandomJson::Name() {
  return std::string("\"") + kNames[Below(std::size(kNames))] + "\"";
}

std::string RandomJson::Space() { return kSpaces[Below(std::size(kSpaces))]; }

}  // namespace tailrace
