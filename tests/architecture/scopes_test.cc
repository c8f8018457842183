#include "tests/architecture/scopes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/architecture/source_tree.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Scopes ScopesOf(std::string_view text) {
  return FindScopes(WithoutPreprocessor(BlankedCode(text)));
}

// "name line+lines/nesting", one a function.
std::vector<std::string> Functions(std::string_view text) {
  std::vector<std::string> functions;
  for (const FunctionScope& f : ScopesOf(text).functions) {
    functions.push_back(f.name + " " + std::to_string(f.line) + "+" + std::to_string(f.lines) +
                        "/" + std::to_string(f.nesting));
  }
  return functions;
}

struct Case {
  const char* what;
  const char* text;
  std::vector<std::string> functions;
};

class Snippets : public testing::TestWithParam<Case> {};

TEST_P(Snippets, HaveTheFunctionsThatAReaderSees) {
  EXPECT_EQ(Functions(GetParam().text), GetParam().functions) << GetParam().what;
}

const Case kDeclarations[] = {
    {"plain", "int F(int x) {\n  return x;\n}\n", {"F 1+3/0"}},
    {"signature of two lines", "int F(int x,\n      int y) {\n  return x;\n}\n", {"F 1+4/0"}},
    {"template", "template <typename T = std::vector<int>>\nvoid F(T x) {}\n", {"F 1+2/0"}},
    {"constraint",
     "template <typename T>\nrequires std::is_same_v<T, int>\nint F(T x) {}",
     {"F 1+3/0"}},
    {"namespaces", "namespace a {\nnamespace {\nvoid F() {}\n}\n}", {"F 3+1/0"}},
    {"method and its class",
     "class A final : public B<int> {\n public:\n  int f() const {}\n};",
     {"f 3+1/0"}},
    {"method outside",
     "A::~A() { Stop(); }\nint A::B::f() noexcept {}",
     {"A::~A 1+1/0", "A::B::f 2+1/0"}},
    {"operators",
     "bool operator==(A, A) {}\nint A::operator()(int x) {}\nA& operator=(A&&) {}",
     {"operator== 1+1/0", "A::operator() 2+1/0", "operator= 3+1/0"}},
    {"initializer list",
     "A::A(int x)\n    : a_{x}, b_(x), c_{1, {2}} {\n  Run();\n}",
     {"A::A 1+4/0"}},
    {"trailing return", "auto F(int x) -> std::vector<int> {\n}", {"F 1+2/0"}},
    {"annotation", "void F() ABSL_LOCKS_EXCLUDED(mutex_) {\n}", {"F 1+2/0"}},
    {"attribute", "[[nodiscard]] int F() {}", {"F 1+1/0"}},
    {"test",
     "TEST(Ledger, StopsThere) {\n  EXPECT_EQ(1, 1);\n}",
     {"TEST(Ledger, StopsThere) 1+3/0"}},
    {"C linkage",
     "extern \"C\" int F(int x) {}\nextern \"C\" {\nint G() {}\n}",
     {"F 1+1/0", "G 3+1/0"}},
    {"no functions",
     "int x{0};\nstd::atomic<int> y{1};\nconst int z[] = {1, 2};\nenum class E : int { kA };\n"
     "struct alignas(64) S { int a = 1; B b{2}; };\nusing F = void(int);\nint G(int);\n"
     "template <typename T>\nconcept C = requires(T t) { t.f(); };",
     {}},
    {"lambda of its own", "const auto f = [](int x) {\n  return x;\n};", {"lambda 1+3/0"}},
    {"local class",
     "void F() {\n  struct A {\n    int f() { return 1; }\n  };\n  A a{};\n}",
     {"F 1+6/0", "f 3+1/0"}},
};

const Case kBodies[] = {
    {"blocks",
     "void F() {\n  if (a) {\n    for (;;) {\n      {\n      }\n    }\n  }\n}",
     {"F 1+8/3"}},
    {"else if is one level",
     "void F() {\n if (a) {\n } else if (b) {\n } else {\n }\n}",
     {"F 1+6/1"}},
    {"cases",
     "void F() {\n switch (a) {\n  case kA: {\n   do {\n   } while (b);\n  }\n }\n}",
     {"F 1+8/3"}},
    {"try", "void F() { try { G(); } catch (const E& e) { H(); } }", {"F 1+1/1"}},
    {"initializers are no levels",
     "void F() {\n  const A list[] = {{1, {2, {3}}}, {4, {}}};\n  G({1, {2}});\n  B b{.x = {1}};\n"
     "  return {a, {b}};\n}",
     {"F 1+6/0"}},
    {"initializer in a condition", "void F() {\n  if (A a{1}; a) {\n  }\n}", {"F 1+4/1"}},
    {"braceless body with initializer",
     "void F() {\n  if (a) x = A{1};\n  else G(B{2});\n}",
     {"F 1+4/0"}},
    {"lambda is a level",
     "void F() {\n  G([&](int x) {\n    if (x) {\n    }\n  });\n}",
     {"F 1+6/2"}},
    {"lambdas of all shapes",
     "void F() {\n  auto a = [] { G(); };\n  auto b = [=]() mutable -> int { return 1; };\n"
     "  auto c = []<typename T>(T x) { return x; };\n  return [this] { H(); }();\n}",
     {"F 1+6/1"}},
    {"subscript is no lambda", "void F() {\n  x[1] = A{2};\n  int y[]{1, 2};\n}", {"F 1+4/0"}},
    {"arrow is no trailing return", "void F() {\n  if (G()->h()) {\n  }\n}", {"F 1+4/1"}},
    {"attribute before a block", "void F() {\n  if (a) [[unlikely]] {\n  }\n}", {"F 1+4/1"}},
    {"two functions in a row",
     "void F() {\n  if (a) {\n  }\n}\n\nvoid G() {}",
     {"F 1+4/1", "G 6+1/0"}},
};

const Case kLiterals[] = {
    {"braces in literals",
     "void F() {\n  G(\"{{\\\"{\", '{', '\\'', R\"x({\"{)x\");\n}",
     {"F 1+3/0"}},
    {"braces in comments", "void F() {  // {\n  /* {\n   { */\n}", {"F 1+4/0"}},
    {"digit separators", "void F() {\n  x = 1'000'000 + 0xff'ff;\n  G('{');\n}", {"F 1+4/0"}},
    {"macro definitions", "#define M(x) \\\n  if (x) {\nvoid F() {}", {"F 3+1/0"}},
    {"raw string over lines", "const char* k = R\"({\n{\n)\";\nvoid F() {}", {"F 4+1/0"}},
};

INSTANTIATE_TEST_SUITE_P(Declarations, Snippets, testing::ValuesIn(kDeclarations));
INSTANTIATE_TEST_SUITE_P(Bodies, Snippets, testing::ValuesIn(kBodies));
INSTANTIATE_TEST_SUITE_P(Literals, Snippets, testing::ValuesIn(kLiterals));

TEST(FindScopes, NamesNamespacesAndClasses) {
  const Scopes scopes = ScopesOf(
      "namespace a::b {\nnamespace {\nclass ABSL_LOCKABLE X final : public Y {};\n"
      "enum class Z : int {};\n}\n}\nnamespace fs = std::filesystem;");
  std::vector<std::string> names;
  for (const NamedScope& scope : scopes.namespaces) names.push_back(scope.name);
  for (const NamedScope& scope : scopes.classes) names.push_back(scope.name);
  EXPECT_THAT(names, ElementsAre("a::b", "", "X", "Z"));
}

TEST(FindScopes, SaysWhereBracketsDoNotMatch) {
  const Scopes scopes =
      ScopesOf("void F() {\n#if A\n  if (a) {\n#else\n  if (b) {\n#endif\n  }\n}\n");
  EXPECT_FALSE(scopes.balanced);
  EXPECT_EQ(scopes.unbalanced_line, 1u);
  EXPECT_THAT(scopes.functions, IsEmpty());
}

}  // namespace
}  // namespace tailrace
