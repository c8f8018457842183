#include "agent/base/strings.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace tailrace {
namespace {

TEST(Strings, ViewsKeepNulBytesAcrossTheBridge) {
  const std::string_view text("a\0b", 3);
  EXPECT_EQ(FromAbsl(ToAbsl(text)), text);
  EXPECT_EQ(FromAbsl(ToAbsl("")), "");
}

TEST(Strings, MapOfStringsIsSearchedByViewWithoutACopy) {
  absl::flat_hash_map<std::string, int, StringHash, StringEqual> map;
  map["key"] = 1;
  const std::string_view longer = "key and more";
  EXPECT_EQ(map.find(longer.substr(0, 3))->second, 1);
  EXPECT_EQ(map.find(longer), map.end());
}

TEST(Concat, JoinsThePiecesAsTheyAre) {
  EXPECT_EQ(Concat({}), "");
  EXPECT_EQ(Concat({"open ", "/a", "", std::string_view("\0", 1)}), std::string("open /a\0", 8));
}

TEST(NearestName, NamesOnlyWhatCanHaveBeenMeant) {
  struct Case {
    std::string_view name;
    std::string_view nearest;
  };
  const Case cases[] = {
      {"endpoint", "endpoints"},   // One letter is missing.
      {"endponits", "endpoints"},  // Two letters are swapped.
      {"batch_byte", "batch_bytes"},
      {"Endpoints", "endpoints"},
      {"flush", ""},  // Too far from flush_interval.
      {"zzzzzzzzz", ""},
      {"", ""},
      {"i", "id"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(NearestName(c.name, {"endpoints", "batch_bytes", "flush_interval", "id"}), c.nearest)
        << c.name;
  }
}

TEST(NearestName, FirstOfTwoEquallyNearWins) {
  EXPECT_EQ(NearestName("sinkx", {"sinka", "sinkb"}), "sinka");
}

TEST(NearestName, NothingKnownGivesNothing) {
  EXPECT_EQ(NearestName("name", {}), "");
  const std::vector<std::string_view> none;
  EXPECT_EQ(NearestName("name", none.data(), none.size()), "");
}

}  // namespace
}  // namespace tailrace
