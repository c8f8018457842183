// The rules of the house, run over the tree itself. The table and the exceptions stand in
// tests/architecture/house.cc, what a contributor needs to know of them in CONTRIBUTING.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "tests/architecture/house.h"
#include "tests/architecture/size_rules.h"
#include "tests/architecture/source_tree.h"

namespace tailrace {
namespace {

constexpr size_t kExceptionsMax = 10;

const SourceTree& Tree() {
  static const SourceTree tree = ReadSourceTree(".");
  return tree;
}

bool Excepts(const HouseException& exception, std::string_view rule, const Violation& violation) {
  return exception.rule == rule && exception.path == violation.path &&
         violation.what.find(exception.part) != std::string::npos;
}

bool IsExcepted(std::string_view rule, const Violation& violation) {
  const auto exceptions = HouseExceptions();
  return std::any_of(exceptions.begin(), exceptions.end(), [&](const HouseException& exception) {
    return Excepts(exception, rule, violation);
  });
}

class Architecture : public testing::TestWithParam<NamedRule> {};

TEST_P(Architecture, Holds) {
  for (const Violation& violation : GetParam().find(Tree())) {
    if (IsExcepted(GetParam().name, violation)) continue;
    ADD_FAILURE_AT(violation.path.c_str(), static_cast<int>(violation.line)) << violation.what;
  }
}

INSTANTIATE_TEST_SUITE_P(House, Architecture,
                         testing::ValuesIn(HouseRules().begin(), HouseRules().end()),
                         [](const testing::TestParamInfo<NamedRule>& rule) {
                           return std::string(rule.param.name);
                         });

TEST(ArchitectureExceptions, AreFewAndEachIsNeededAndSaysWhy) {
  EXPECT_LE(HouseExceptions().size(), kExceptionsMax);
  for (const HouseException& exception : HouseExceptions()) {
    EXPECT_GT(exception.reason.size(), 20u) << exception.path;
    bool needed = false;
    for (const NamedRule& rule : HouseRules()) {
      if (rule.name != exception.rule) continue;
      const std::vector<Violation> violations = rule.find(Tree());
      needed = needed || std::any_of(violations.begin(), violations.end(), [&](const auto& v) {
                 return Excepts(exception, rule.name, v);
               });
    }
    EXPECT_TRUE(needed) << "nothing needs the exception for " << exception.path << ": remove it";
  }
}

TEST(ArchitectureTree, WasFound) {
  EXPECT_THAT(Tree().paths, testing::Contains("agent/base/status.h"))
      << "run this from the project's root";
  for (const std::string& line : LongestOfEachKind(Tree())) std::cout << "[note] " << line << "\n";
}

}  // namespace
}  // namespace tailrace
