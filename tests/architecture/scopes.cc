#include "tests/architecture/scopes.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <optional>
#include <utility>

#include "tests/architecture/tokens.h"

namespace tailrace {
namespace {

enum class Kind { kNamespace, kClass, kFunction, kBlock, kInitializer, kBracket };

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool IsClassKey(std::string_view text) {
  return IsOneOf(text, {"class", "struct", "union", "enum"});
}

// What an open bracket of any kind belongs to.
struct Open {
  Kind kind;
  size_t statement;             // Where the statement that is being read within it begins.
  size_t function = SIZE_MAX;   // The function around it, as an index of `functions`.
  size_t depth = 0;             // Blocks around it within that function.
  bool ends_statement = false;  // Its closing brace ends the statement that it stands in.
};

class Scanner {
 public:
  explicit Scanner(std::string_view code) : tokens_(Tokenize(code)) {}

  Scopes Run() && {
    scopes_.balanced = tokens_.balanced;
    scopes_.unbalanced_line = tokens_.unbalanced_line;
    if (!tokens_.balanced) return std::move(scopes_);
    open_.push_back({Kind::kNamespace, 0});
    for (size_t i = 0; i < tokens_.list.size(); ++i) Visit(i);
    return std::move(scopes_);
  }

 private:
  std::string_view Text(size_t i) const { return tokens_.text(i); }
  Open& top() { return open_.back(); }

  void Visit(size_t i) {
    const std::string_view text = Text(i);
    if (text == "{") {
      OpenBrace(i);
    } else if (text == "(" || text == "[") {
      open_.push_back({Kind::kBracket, i + 1, top().function, top().depth});
    } else if (text == "}" || text == ")" || text == "]") {
      Close(i);
    } else if (text == ";" || IsAccessLabel(i)) {
      if (top().kind != Kind::kBracket && top().kind != Kind::kInitializer) top().statement = i + 1;
    }
  }

  bool IsAccessLabel(size_t i) const {
    return Text(i) == ":" && i > 0 && open_.back().statement == i - 1 &&
           IsOneOf(Text(i - 1), {"public", "private", "protected"});
  }

  void OpenBrace(size_t i) {
    const Kind kind = KindOfBrace(i);
    Open opened{kind, i + 1, top().function, top().depth};
    opened.ends_statement = kind != Kind::kInitializer && top().kind != Kind::kBracket &&
                            top().kind != Kind::kInitializer && !IsLambda(i);
    if (kind == Kind::kFunction) {
      opened.function = scopes_.functions.size();
      opened.depth = 0;
      const size_t line = tokens_.list[std::min(top().statement, i)].line;
      scopes_.functions.push_back({FunctionName(i), line, 0, 0});
    } else if (kind == Kind::kBlock) {
      ++opened.depth;
      size_t& nesting = scopes_.functions[opened.function].nesting;
      nesting = std::max(nesting, opened.depth);
    } else if (kind == Kind::kNamespace) {
      AddNamespace(i);
    } else if (kind == Kind::kClass) {
      scopes_.classes.push_back({ClassName(i), tokens_.list[i].line});
      opened.function = SIZE_MAX;  // Its methods are functions of their own.
    }
    open_.push_back(opened);
  }

  void Close(size_t i) {
    const Open closed = top();
    open_.pop_back();
    if (closed.kind == Kind::kFunction) {
      FunctionScope& function = scopes_.functions[closed.function];
      function.lines = tokens_.list[i].line - function.line + 1;
    }
    if (closed.ends_statement) top().statement = i + 1;
  }

  Kind KindOfBrace(size_t i) {
    const bool in_function = top().function != SIZE_MAX;
    if (IsLambda(i)) return in_function ? Kind::kBlock : Kind::kFunction;
    if (top().kind == Kind::kBracket || top().kind == Kind::kInitializer) {
      return Kind::kInitializer;
    }
    return in_function ? KindWithinFunction(i) : KindOfDeclaration(i);
  }

  Kind KindWithinFunction(size_t i) const {
    if (IsClassKey(Text(open_.back().statement)) && !Has(i, "=")) return Kind::kClass;
    if (i == open_.back().statement) return Kind::kBlock;
    const bool block = IsOneOf(Text(i - 1), {")", "else", "do", "try", ":"});
    return block ? Kind::kBlock : Kind::kInitializer;
  }

  Kind KindOfDeclaration(size_t i) const {
    if (Has(i, "namespace") || (Has(i, "extern") && Text(i - 1) == "\"\"")) {
      return Kind::kNamespace;
    }
    const bool has_parameters = Parameters(i).has_value();
    if (HasClassKey(i) && !has_parameters) return Kind::kClass;
    if (Has(i, "=") || !has_parameters) return Kind::kInitializer;
    // `Foo() : a_{1}, b_(2) {`: the first brace follows a member's name, the last one does not.
    const bool member = tokens_.list[i - 1].is_word() || Text(i - 1) == ">";
    return member && HasMemberInitializers(i) ? Kind::kInitializer : Kind::kFunction;
  }

  // Calls `visit` for the tokens of the statement before `i`, skipping what stands in brackets and
  // in the angle brackets of a leading template<>. Ends early when it returns true.
  template <typename Visitor>
  bool AnyTopLevel(size_t i, Visitor visit) const {
    for (size_t k = AfterTemplate(open_.back().statement); k < i; ++k) {
      if (visit(k)) return true;
      if (IsOneOf(Text(k), {"(", "[", "{"})) k = tokens_.list[k].match;
    }
    return false;
  }

  size_t AfterTemplate(size_t k) const {
    while (Text(k) == "template" && Text(k + 1) == "<") {
      size_t depth = 0;
      for (++k; k < tokens_.list.size(); ++k) {
        if (Text(k) == "(") k = tokens_.list[k].match;
        if (Text(k) == "<") ++depth;
        if (Text(k) == ">" && --depth == 0) break;
      }
      ++k;
    }
    return k;
  }

  bool Has(size_t i, std::string_view text) const {
    return AnyTopLevel(i, [&](size_t k) { return Text(k) == text; });
  }

  bool HasClassKey(size_t i) const {
    return AnyTopLevel(i, [&](size_t k) { return IsClassKey(Text(k)); });
  }

  // The opening parenthesis of a function's parameters, in the statement before `i`.
  std::optional<size_t> Parameters(size_t i) const {
    std::optional<size_t> found;
    AnyTopLevel(i, [&](size_t k) {
      if (Text(k) != "(" || k == 0) return false;
      if (IsOneOf(Text(k - 1), {"alignas", "decltype", "requires", "__attribute__"})) return false;
      if (!tokens_.list[k - 1].is_word() && !Text(k - 1).starts_with("operator")) return false;
      found = k;
      return true;
    });
    return found;
  }

  bool HasMemberInitializers(size_t i) const {
    const size_t parameters = *Parameters(i);
    return AnyTopLevel(i, [&](size_t k) { return k > parameters && Text(k) == ":"; });
  }

  // Whether the brace at `i` opens the body of a lambda: it follows `[...]`, `[...](...)`, either
  // of these with specifiers or a trailing return type.
  bool IsLambda(size_t i) const {
    if (i == 0) return false;
    size_t k = BeforeTrailingReturn(i) - 1;
    while (k > 0 && IsOneOf(Text(k), {"mutable", "noexcept", "constexpr"})) --k;
    if (Text(k) == ")" && tokens_.list[k].match > 0) {
      k = tokens_.list[k].match - 1;
      if (Text(k) == ">") k = BeforeAngles(k);
    }
    if (Text(k) != "]") return false;
    const size_t intro = tokens_.list[k].match;
    if (intro == 0) return true;
    const Token& before = tokens_.list[intro - 1];
    if (before.is_word()) return IsOneOf(before.text, {"return", "co_return", "case", "else"});
    return !IsOneOf(before.text, {")", "]", "\"\""});
  }

  // The index behind the parameters of a `-> type` that ends before `i`, or `i`.
  size_t BeforeTrailingReturn(size_t i) const {
    constexpr size_t kTypeTokensMax = 40;
    for (size_t k = i - 1; k > 0 && i - k < kTypeTokensMax; --k) {
      if (IsOneOf(Text(k), {";", "{", "}"})) break;
      if (Text(k) == "->" && IsOneOf(Text(k - 1), {")", "]", "mutable", "noexcept"})) return k;
    }
    return i;
  }

  size_t BeforeAngles(size_t k) const {
    size_t depth = 0;
    for (; k > 0; --k) {
      if (Text(k) == ">") ++depth;
      if (Text(k) == "<" && --depth == 0) return k - 1;
    }
    return 0;
  }

  void AddNamespace(size_t i) {
    std::string name;
    bool named = false;
    for (size_t k = open_.back().statement; k < i; ++k) {
      if (named) name += Text(k);
      named = named || Text(k) == "namespace";
    }
    if (!named) return;
    bool defines = false;
    for (size_t k = i + 1; k < tokens_.list[i].match; ++k) {
      defines = defines || IsOneOf(Text(k), {"{", "(", "="});
    }
    scopes_.namespaces.push_back({name, tokens_.list[i].line, defines});
  }

  // The last word before a base list, `final`, or the brace.
  std::string ClassName(size_t i) const {
    std::string name;
    AnyTopLevel(i, [&](size_t k) {
      if (Text(k) == ":") return true;
      if (tokens_.list[k].is_word() && Text(k) != "final" && !IsClassKey(Text(k))) name = Text(k);
      return false;
    });
    return name;
  }

  std::string FunctionName(size_t i) const {
    const std::optional<size_t> parameters = Parameters(i);
    if (IsLambda(i) || !parameters.has_value()) return "lambda";
    size_t begin = *parameters - 1;
    while (begin > 0 && (IsOneOf(Text(begin - 1), {"::", "~"}) || Text(begin) == "::")) --begin;
    std::string name;
    for (size_t k = begin; k < *parameters; ++k) name += Text(k);
    if (!name.starts_with("TEST") && !name.starts_with("TYPED_TEST")) return name;
    for (size_t k = *parameters; k <= tokens_.list[*parameters].match; ++k) {
      name += Text(k);
      if (Text(k) == ",") name += ' ';
    }
    return name;
  }

  Tokens tokens_;
  std::vector<Open> open_;
  Scopes scopes_;
};

}  // namespace

Scopes FindScopes(std::string_view code) { return Scanner(code).Run(); }

}  // namespace tailrace
