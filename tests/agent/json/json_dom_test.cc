#include "agent/json/json_dom.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tailrace {
namespace {

TEST(JsonReader, ReadsABulkAnswer) {
  constexpr std::string_view kAnswer = R"({"took":30,"errors":true,"items":[
    {"create":{"_index":"i","status":201}},
    {"create":{"status":400,"error":{"type":"document_parsing_exception","reason":"no \"x\""}}},
    {"index":{"status":429,"error":{"type":"es_rejected_execution_exception"}}}]})";
  JsonReader reader;
  const absl::StatusOr<JsonValue> answer = reader.Parse(kAnswer);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->Get("errors").AsBool(), true);
  EXPECT_EQ(answer->Get("items").Size(), 3u);
  std::vector<std::string> items;
  answer->Get("items").ForEachElement([&](JsonValue item) {
    item.ForEachMember([&](std::string_view operation, JsonValue result) {
      items.push_back(std::string(operation) + " " +
                      std::to_string(result.Get("status").AsInt().value_or(-1)) + " " +
                      std::string(result.Get("error").Get("type").AsString().value_or("-")));
    });
  });
  EXPECT_EQ(items,
            (std::vector<std::string>{"create 201 -", "create 400 document_parsing_exception",
                                      "index 429 es_rejected_execution_exception"}));
}

TEST(JsonReader, TellsTypesApart) {
  JsonReader reader;
  const absl::StatusOr<JsonValue> root = reader.Parse(
      R"({"n":null,"b":false,"i":7,"d":1.5,"u":18446744073709551615,"s":"x","a":[1]})");
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->type(), JsonType::kObject);
  EXPECT_EQ(root->Get("n").type(), JsonType::kNull);
  EXPECT_EQ(root->Get("b").type(), JsonType::kBool);
  EXPECT_EQ(root->Get("i").type(), JsonType::kNumber);
  EXPECT_EQ(root->Get("s").type(), JsonType::kString);
  EXPECT_EQ(root->Get("a").type(), JsonType::kArray);
  EXPECT_EQ(root->Get("x").type(), JsonType::kMissing);
  EXPECT_EQ(root->Get("i").AsDouble(), 7.0);
  EXPECT_EQ(root->Get("d").AsInt(), std::nullopt);
  EXPECT_EQ(root->Get("u").AsInt(), std::nullopt);
  EXPECT_EQ(root->Get("s").AsBool(), std::nullopt);
  EXPECT_EQ(root->Get("s").Size(), 0u);
  EXPECT_TRUE(root->Get("x").Get("y").missing());
  EXPECT_EQ(root->Get("x").AsString(), std::nullopt);
  EXPECT_EQ(JsonValue().Size(), 0u);
}

TEST(JsonReader, RefusesWhatIsNoJsonAndWhatIsTooLong) {
  JsonReader reader(64);
  for (std::string_view text : {"", " ", "{", "<html>", "{\"a\":1,}", "\xff"}) {
    EXPECT_EQ(reader.Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_EQ(reader.Parse("\"" + std::string(63, 'x') + "\"").status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(reader.Parse("\"" + std::string(62, 'x') + "\"").ok());
}

}  // namespace
}  // namespace tailrace
