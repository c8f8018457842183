// Finds the functions, classes and namespaces of a source file by its braces, without a compiler.
// It knows lambdas, initializers, constructors' initializer lists, TEST macros and local classes.
//
// Threads    Any; plain values.
// Failure    Code whose brackets do not match (an #else that repeats a brace) gives `balanced`
// false.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

struct FunctionScope {
  std::string name;    // As written: "AckLedger::Release", "TEST(AckLedger, Name)", "lambda".
  size_t line = 0;     // Where its declaration begins, from 1.
  size_t lines = 0;    // From there to its closing brace, both included.
  size_t nesting = 0;  // Blocks and lambdas within each other; 0 when the body has none.
};

struct NamedScope {
  std::string name;  // "" for an anonymous one.
  size_t line = 0;
  bool defines = true;  // False for a namespace that only declares a library's classes.
};

struct Scopes {
  std::vector<FunctionScope> functions;  // A lambda within a function counts as part of it.
  std::vector<NamedScope> namespaces;
  std::vector<NamedScope> classes;  // struct, union and enum as well.
  bool balanced = true;
  size_t unbalanced_line = 0;
};

// `code` is what WithoutPreprocessor gives.
Scopes FindScopes(std::string_view code);

}  // namespace tailrace
