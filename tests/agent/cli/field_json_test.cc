#include "agent/cli/field_json.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

TEST(FieldsAsJson, DotsAreLevelsWhereTheConfigNamesTheField) {
  const FieldList fields = {{"status", "200"},
                            {"http.version", "1.1", FieldKind::kNumber, /*ours=*/true},
                            {"app.name", "x"}};
  EXPECT_EQ(FieldsAsJson(fields), R"({"status":"200","http":{"version":1.1},"app.name":"x"})");
}

TEST(FieldsAsJson, TextIsEscapedAndJsonIsNot) {
  const FieldList fields = {{"t", "a\"b\n"},
                            {"j", "a\\\"b", FieldKind::kJsonString},
                            {"o", R"({"a":[1]})", FieldKind::kObject},
                            {"n", "null", FieldKind::kNull}};
  EXPECT_EQ(FieldsAsJson(fields), R"({"t":"a\"b\n","j":"a\"b","o":{"a":[1]},"n":null})");
}

TEST(FieldsAsJson, OfOneNameTheLastCounts) {
  EXPECT_EQ(FieldsAsJson(FieldList{{"a", "1"}, {"a", "2"}}), R"({"a":"2"})");
  EXPECT_EQ(FieldsAsJson(FieldList{}), "{}");
}

}  // namespace
}  // namespace tailrace
