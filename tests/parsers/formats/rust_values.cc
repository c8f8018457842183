#include "tests/parsers/formats/rust_values.h"

#include <cctype>

namespace tailrace {
namespace {

using Json = nlohmann::ordered_json;

class RustReader {
 public:
  explicit RustReader(std::string_view text) : text_(text) {}

  bool at_end() {
    SkipSpace();
    return text_.empty();
  }
  bool Take(std::string_view token) {
    SkipSpace();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  // `name:` before an argument, "" where there is none.
  std::string TakeName() {
    SkipSpace();
    size_t size = 0;
    while (size < text_.size() && (std::isalnum(Byte(size)) != 0 || text_[size] == '_')) ++size;
    if (size == 0 || size + 1 >= text_.size() || text_[size] != ':' || text_[size + 1] == ':') {
      return "";
    }
    std::string name(text_.substr(0, size));
    text_.remove_prefix(size + 1);
    return name;
  }

  // "...", r#"..."# or VRL's s'...'.
  std::optional<std::string> TakeString() {
    SkipSpace();
    if (Take("r#\"")) return TakeUpTo("\"#");
    if (Take("s'")) return TakeUpTo("'");
    if (!Take("\"")) return std::nullopt;
    std::string value;
    while (!text_.empty() && text_[0] != '"') {
      const bool escaped = text_[0] == '\\';
      const char c = text_[escaped ? 1 : 0];
      value += escaped && c == 'n' ? '\n' : escaped && c == 't' ? '\t' : c;
      text_.remove_prefix(escaped ? 2 : 1);
    }
    Take("\"");
    return value;
  }

  Json TakeValue() {
    if (Take("value!(")) return TakeInside();
    if (Take("btreemap!")) return TakeValue();
    if (Take("BTreeMap::new()")) return Json::object();
    if (Take("{")) return TakeObject();
    if (Take("[")) return TakeArray();
    if (auto string = TakeString(); string.has_value()) return *string;
    const std::string word = TakeExpression();
    if (word == "true" || word == "false") return word == "true";
    if (const auto number = ToNumber(word); number.has_value()) return *number;
    return std::string(kExpression) + word;
  }

  // All up to the comma or bracket that ends it.
  std::string TakeExpression() {
    SkipSpace();
    size_t depth = 0, size = 0;
    for (; size < text_.size(); ++size) {
      const char c = text_[size];
      if (depth == 0 && (c == ',' || c == ')' || c == '}' || c == ']')) break;
      if (c == '(' || c == '{' || c == '[') ++depth;
      if (c == ')' || c == '}' || c == ']') --depth;
    }
    std::string expression(text_.substr(0, size));
    text_.remove_prefix(size);
    while (!expression.empty() &&
           std::isspace(static_cast<unsigned char>(expression.back())) != 0) {
      expression.pop_back();
    }
    return expression;
  }

 private:
  unsigned char Byte(size_t at) const { return static_cast<unsigned char>(text_[at]); }
  void SkipSpace() {
    while (!text_.empty() && std::isspace(Byte(0)) != 0) text_.remove_prefix(1);
    if (!text_.starts_with("//")) return;
    text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
    SkipSpace();
  }
  std::string TakeUpTo(std::string_view end) {
    const size_t size = std::min(text_.find(end), text_.size());
    std::string value(text_.substr(0, size));
    text_.remove_prefix(std::min(size + end.size(), text_.size()));
    return value;
  }
  Json TakeInside() {
    Json value = TakeValue();
    Take(")");
    return value;
  }
  Json TakeObject() {
    Json object = Json::object();
    while (!at_end() && !Take("}")) {
      std::string name = TakeName();
      if (name.empty()) {
        const auto string = TakeString();
        if (!string.has_value()) break;
        name = *string;
        if (!Take("=>")) Take(":");
      }
      object[name] = TakeValue();
      Take(",");
    }
    return object;
  }
  Json TakeArray() {
    Json array = Json::array();
    while (!at_end() && !Take("]")) {
      array.push_back(TakeValue());
      Take(",");
    }
    return array;
  }
  // 9_223_i64, -1.5
  static std::optional<Json> ToNumber(std::string word) {
    for (const std::string_view suffix : {"i64", "f64"}) {
      if (word.ends_with(suffix)) word.resize(word.size() - suffix.size());
    }
    std::erase(word, '_');
    const Json number = Json::parse(word, nullptr, false);
    if (number.is_number()) return number;
    return std::nullopt;
  }

  std::string_view text_;
};

}  // namespace

Json ReadArguments(std::string_view text) {
  RustReader reader(text);
  Json arguments = Json::object();
  while (!reader.at_end()) {
    std::string name = reader.TakeName();
    if (name.empty()) name = "value";
    const bool wrapped = reader.Take("value!(");
    const auto value = reader.TakeString();
    if (value.has_value()) {
      arguments[name] = *value;
    } else {
      reader.TakeExpression();
    }
    if (wrapped) reader.Take(")");
    if (!reader.Take(",")) break;
  }
  return arguments;
}

std::optional<Json> ReadWanted(std::string_view text) {
  RustReader reader(text);
  if (!reader.Take("Ok(")) return std::nullopt;
  return reader.TakeValue();
}

}  // namespace tailrace
