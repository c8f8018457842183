// C++ code as tokens, as far as finding braces and what they belong to needs it.
//
// Threads    Any; plain values.
// Failure    Code whose brackets do not match gives `balanced` false.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

struct Token {
  std::string
      text;  // A literal is `""` or `''`; `operator==` is one token; [[attributes]] are none.
  size_t line = 0;   // From 1.
  size_t match = 0;  // For a bracket: the index of its counterpart.

  bool is_word() const;
};

struct Tokens {
  std::vector<Token> list;
  bool balanced = true;
  size_t unbalanced_line = 0;

  std::string_view text(size_t i) const {
    return i < list.size() ? std::string_view(list[i].text) : std::string_view();
  }
};

// `code` is what WithoutPreprocessor gives.
Tokens Tokenize(std::string_view code);

}  // namespace tailrace
