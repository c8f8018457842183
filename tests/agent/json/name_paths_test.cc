#include "agent/json/name_paths.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tailrace {
namespace {

// The text of one member's name, quoted, and what a walk knows about it.
struct Text {
  explicit Text(const std::string& name) : bytes("\"" + name + "\":1}" + std::string(64, ' ')) {
    names.push_back({1, static_cast<uint32_t>(name.size()), 0});
  }
  std::string bytes;
  std::vector<NamePaths::Name> names;
};

TEST(NamePaths, FollowNamesOfAnyLengthThatWereLearnt) {
  for (size_t size : {0, 1, 15, 16, 17, 30, 31, 32, 33, 100, 255}) {
    NamePaths paths;
    const std::string name(size, 'n');
    const Text text(name);
    EXPECT_EQ(paths.Follow(paths.root(), name, 0), nullptr);
    paths.Learn(paths.root(), text.bytes.data(), text.names);
    const NamePaths::Step* step = paths.Follow(paths.root(), name, 0);
    ASSERT_NE(step, nullptr) << size;
    EXPECT_EQ(paths.Parent(step), paths.root());
    EXPECT_EQ(paths.Follow(paths.root(), name, 1), nullptr);
    EXPECT_EQ(paths.Follow(paths.root(), name + "n", 0), nullptr);
    const NamePaths::Step* expected = paths.root()->expected;
    EXPECT_EQ(expected->MatchesHead(text.bytes.data() + 1, 0), size < 32) << size;
    EXPECT_FALSE(expected->MatchesHead(text.bytes.data() + 1, 1)) << size;
    EXPECT_FALSE(expected->MatchesHead(Text(name + "n").bytes.data() + 1, 0)) << size;
  }
}

TEST(NamePaths, NothingMatchesWhereNothingIsExpected) {
  NamePaths paths;
  for (const std::string name : {"", "a", "\\\"", "\\\"\\\""}) {
    const Text text(name);
    EXPECT_FALSE(paths.root()->expected->MatchesHead(text.bytes.data() + 1, 0)) << name;
    EXPECT_FALSE(paths.nowhere()->expected->MatchesHead(text.bytes.data() + 1, 0)) << name;
  }
}

TEST(NamePaths, StopLearningWhenFullAndStartAnewAfterMisses) {
  NamePaths paths;
  for (size_t i = 0; i <= NamePaths::kMaxSiblings; ++i) {
    const Text text("n" + std::to_string(i));
    paths.Learn(paths.root(), text.bytes.data(), text.names);
  }
  EXPECT_NE(paths.Follow(paths.root(), "n0", 0), nullptr);
  EXPECT_EQ(paths.Follow(paths.root(), "n8", 0), nullptr);
  const Text other("other");
  for (size_t i = 0; i < NamePaths::kMaxMisses; ++i) {
    paths.Learn(paths.root(), other.bytes.data(), other.names);
  }
  EXPECT_EQ(paths.Follow(paths.root(), "n0", 0), nullptr);
  EXPECT_NE(paths.Follow(paths.root(), "other", 0), nullptr);
}

}  // namespace
}  // namespace tailrace
