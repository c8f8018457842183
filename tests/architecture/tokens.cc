#include "tests/architecture/tokens.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace tailrace {
namespace {

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)); }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view code) : code_(code) {}

  std::vector<Token> Run() && {
    while (SkipSpace()) {
      const size_t line = line_;
      if (code_.substr(at_, 2) == "[[") {
        SkipAttribute();
      } else {
        tokens_.push_back({Next(), line, 0});
      }
    }
    return std::move(tokens_);
  }

 private:
  // False at the end of the code.
  bool SkipSpace() {
    while (at_ < code_.size() && IsSpace(code_[at_])) Advance(1);
    return at_ < code_.size();
  }

  void Advance(size_t count) {
    for (; count > 0 && at_ < code_.size(); --count, ++at_) {
      if (code_[at_] == '\n') ++line_;
    }
  }

  void SkipAttribute() {
    const size_t end = code_.find("]]", at_);
    Advance(end == std::string_view::npos ? code_.size() - at_ : end + 2 - at_);
  }

  std::string Take(size_t count) {
    std::string text(code_.substr(at_, count));
    Advance(count);
    return text;
  }

  std::string Next() {
    const char c = code_[at_];
    if (IsWordCharacter(c)) {
      std::string word = TakeWord();
      return word == "operator" ? word + TakeOperator() : word;
    }
    if (c == '"' || c == '\'') {
      const size_t end = std::min(code_.find(c, at_ + 1), code_.size() - 1);
      Advance(end + 1 - at_);
      return std::string(2, c);
    }
    for (std::string_view longer : {"<=>", "::", "->", "==", "<=", ">=", "!=", "+=", "-=", "*=",
                                    "/=", "%=", "|=", "&=", "^=", "&&", "||"}) {
      if (code_.substr(at_, longer.size()) == longer) return Take(longer.size());
    }
    return Take(1);
  }

  std::string TakeWord() {
    size_t end = at_;
    while (end < code_.size() && IsWordCharacter(code_[end])) ++end;
    return Take(end - at_);
  }

  // What follows `operator` up to its parameters; "" before a conversion's type.
  std::string TakeOperator() {
    SkipSpace();
    if (code_.substr(at_, 2) == "()") return Take(2);
    size_t end = at_;
    while (end < code_.size() && code_[end] != '(' && !IsWordCharacter(code_[end]) &&
           !IsSpace(code_[end])) {
      ++end;
    }
    return Take(end - at_);
  }

  std::string_view code_;
  size_t at_ = 0;
  size_t line_ = 1;
  std::vector<Token> tokens_;
};

bool Pairs(std::string_view open, std::string_view close) {
  return (open == "(" && close == ")") || (open == "[" && close == "]") ||
         (open == "{" && close == "}");
}

void MatchBrackets(Tokens& tokens) {
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens.list.size() && tokens.balanced; ++i) {
    const std::string_view text = tokens.text(i);
    if (text == "(" || text == "[" || text == "{") {
      open.push_back(i);
    } else if (text == ")" || text == "]" || text == "}") {
      if (open.empty() || !Pairs(tokens.text(open.back()), text)) {
        tokens.balanced = false;
        tokens.unbalanced_line = tokens.list[i].line;
        return;
      }
      tokens.list[i].match = open.back();
      tokens.list[open.back()].match = i;
      open.pop_back();
    }
  }
  if (!open.empty()) {
    tokens.balanced = false;
    tokens.unbalanced_line = tokens.list[open.back()].line;
  }
}

}  // namespace

bool Token::is_word() const { return !text.empty() && IsWordCharacter(text.front()); }

Tokens Tokenize(std::string_view code) {
  Tokens tokens;
  tokens.list = Tokenizer(code).Run();
  MatchBrackets(tokens);
  return tokens;
}

}  // namespace tailrace
