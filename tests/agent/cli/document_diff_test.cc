#include "agent/cli/document_diff.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

std::string Compare(std::string_view expected, std::string_view got,
                    Exactness exactness = Exactness::kMayHaveMore) {
  std::string text;
  for (const Difference& difference : CompareDocuments(expected, got, exactness)) {
    text += difference.path + " exp: " + difference.expected + " got: " + difference.got + "\n";
  }
  return text;
}

TEST(DocumentDiff, NamesWithDotsOrdersAndSpellingsOfNumbersAreTheSame) {
  EXPECT_EQ(Compare(R"({"a.b":1,"c":2})", R"({"c":2.0,"a":{"b":1e0}})"), "");
  EXPECT_EQ(Compare(R"({"a":{"b.c":"x"}})", R"({"a.b":{"c":"x"}})"), "");
  EXPECT_EQ(Compare(R"({"a":"\u0041"})", R"({"a":"A"})"), "");
  EXPECT_EQ(Compare("{}", R"({"a":1})"), "");
}

TEST(DocumentDiff, NamesWhatDiffersAndWhatIsMissing) {
  EXPECT_EQ(Compare(R"({"a":{"b":1},"c":"x"})", R"({"a":{"b":2}})"),
            "a.b exp: 1 got: 2\nc exp: \"x\" got: (missing)\n");
  EXPECT_EQ(Compare(R"({"a":1})", R"({"a":"1"})"), "a exp: 1 got: \"1\"\n");
  EXPECT_EQ(Compare(R"({"a":[1,2]})", R"({"a":[2,1]})"), "a exp: [1,2] got: [2,1]\n");
}

TEST(DocumentDiff, ExactlyMeansNoOtherFieldsButTheAgentsOwn) {
  EXPECT_EQ(Compare(R"({"a":1})", R"({"a":1,"b":2})", Exactness::kExact),
            "b exp: (missing) got: 2\n");
  EXPECT_EQ(Compare(R"({"a":1})",
                    R"({"@timestamp":"x","a":1,"host":{"name":"n"},"log":{"offset":0},)"
                    R"("event":{"id":"i"}})",
                    Exactness::kExact),
            "");
  EXPECT_NE(Compare(R"({"log":{"offset":1}})", R"({"log":{"offset":2}})", Exactness::kExact), "");
}

TEST(DocumentDiff, ATextThatIsNoObjectDiffersAsAWhole) {
  for (const std::string_view text : {"", "[]", "{", "nul"}) {
    EXPECT_NE(Compare("{}", text), "") << text;
  }
}

}  // namespace
}  // namespace tailrace
