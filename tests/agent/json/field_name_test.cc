#include "agent/json/field_name.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

TEST(FieldName, RepairsEmptyAndBlankParts) {
  struct Case {
    std::string_view name, repaired;
  };
  const Case kCases[] = {{"", "_"},     {".", "_._"},         {"..", "_._._"},
                         {".a", "_.a"}, {"a.", "a._"},        {"a..b", "a._.b"},
                         {" ", "_"},    {"a. \t.b", "a._.b"}, {"\r\n\v\f", "_"}};
  for (const Case& c : kCases) {
    EXPECT_TRUE(NameNeedsRepair(c.name)) << c.name;
    std::string out = "x";
    AppendRepairedName(c.name, out);
    EXPECT_EQ(out, "x" + std::string(c.repaired));
    EXPECT_FALSE(NameNeedsRepair(c.repaired)) << c.repaired;
    EXPECT_LE(c.repaired.size(), 2 * c.name.size() + 1);
  }
}

TEST(FieldName, LeavesOthersAlone) {
  for (std::string_view name : {"a", "a.b", " a", "a ", "a b.c d", "_", "-", "\xc2\xa0"}) {
    EXPECT_FALSE(NameNeedsRepair(name)) << name;
    std::string out;
    AppendRepairedName(name, out);
    EXPECT_EQ(out, name);
  }
}

}  // namespace
}  // namespace tailrace
