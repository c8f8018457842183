#include "sinks/bulk_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/strings.h"
#include "agent/json/utf8.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Created(size_t items) {
  std::string answer = R"({"errors":false,"items":[)";
  for (size_t i = 0; i < items; ++i) {
    answer += i == 0 ? R"({"create":{"status":201}})" : R"(,{"create":{"status":201}})";
  }
  return answer + "]}";
}

std::string Refused(int status, std::string_view type, std::string_view reason) {
  return Concat({R"({"errors":true,"items":[{"create":{"status":)", std::to_string(status),
                 R"(,"error":{"type":")", type, R"(","reason":")", reason, R"("}}}]})"});
}

TEST(BulkAnswer, SaysOfEachItemWhatBecameOfIt) {
  BulkAnswerReader reader;
  const auto verdicts = reader.Read(
      R"({"took":7,"errors":true,"items":[
          {"create":{"_index":"x","status":201}},
          {"create":{"status":409,"error":{"type":"version_conflict_engine_exception"}}},
          {"index":{"status":200}},
          {"create":{"status":429,"error":{"type":"es_rejected_execution_exception"}}},
          {"create":{"status":413}},
          {"create":{"status":400,"error":{"type":"document_parsing_exception","reason":"no"}}}]})",
      6);
  ASSERT_TRUE(verdicts.ok()) << verdicts.status();
  EXPECT_FALSE(verdicts->all_delivered);
  std::vector<ItemFate> fates;
  for (const ItemVerdict& verdict : verdicts->items) fates.push_back(verdict.fate);
  EXPECT_THAT(fates, ElementsAre(ItemFate::kDelivered, ItemFate::kDelivered, ItemFate::kDelivered,
                                 ItemFate::kRetry, ItemFate::kTooLarge, ItemFate::kRejected));
  EXPECT_EQ(verdicts->items[5].reason, "document_parsing_exception: no");
  EXPECT_EQ(verdicts->items[3].reason, "es_rejected_execution_exception: no reason given");
}

TEST(BulkAnswer, StatusesHaveTheFatesOfTheHeader) {
  struct Case {
    int status;
    ItemFate fate;
  };
  constexpr Case kCases[] = {
      {200, ItemFate::kDelivered}, {201, ItemFate::kDelivered}, {409, ItemFate::kDelivered},
      {401, ItemFate::kRetry},     {403, ItemFate::kRetry},     {404, ItemFate::kRetry},
      {408, ItemFate::kRetry},     {413, ItemFate::kTooLarge},  {429, ItemFate::kRetry},
      {500, ItemFate::kRetry},     {503, ItemFate::kRetry},     {302, ItemFate::kRetry},
      {100, ItemFate::kRetry},     {400, ItemFate::kRejected},  {405, ItemFate::kRejected},
      {422, ItemFate::kRejected},  {499, ItemFate::kRejected}};
  for (const Case& c : kCases) EXPECT_EQ(FateOfItem(c.status, ""), c.fate) << c.status;
}

TEST(BulkAnswer, A400ThatSpeaksOfTheIndexRejectsNoDocument) {
  struct Case {
    const char* type;
    const char* reason;
    ItemFate fate;
  };
  constexpr Case kCases[] = {
      {"index_closed_exception", "closed", ItemFate::kRetry},
      {"validation_exception",
       "Validation Failed: 1: this action would add [2] shards, but this cluster currently has "
       "[1000]/[1000] maximum normal shards open;",
       ItemFate::kRetry},
      {"illegal_argument_exception",
       "Document ID is not supported in create/index operation request", ItemFate::kRetry},
      {"illegal_argument_exception", "pipeline with id [geo] does not exist", ItemFate::kRetry},
      {"illegal_argument_exception", "Limit of total fields [1000] has been exceeded",
       ItemFate::kRejected},
      {"strict_dynamic_mapping_exception", "introduction of [x] is not allowed",
       ItemFate::kRejected}};
  BulkAnswerReader reader;
  for (const Case& c : kCases) {
    const auto verdicts = reader.Read(Refused(400, c.type, c.reason), 1);
    ASSERT_TRUE(verdicts.ok());
    EXPECT_EQ(verdicts->items[0].fate, c.fate) << c.reason;
  }
  EXPECT_TRUE(RefusesIds("illegal_argument_exception: Document ID is not supported in create"));
  EXPECT_FALSE(RefusesIds("document_parsing_exception: failed to parse"));
}

TEST(BulkAnswer, TheAnswerThatAllWereCreatedIsTakenWithoutItems) {
  BulkAnswerReader reader;
  for (const size_t items : {1u, 2u, 1500u}) {
    const auto verdicts = reader.Read(Created(items), items);
    ASSERT_TRUE(verdicts.ok()) << verdicts.status();
    EXPECT_TRUE(verdicts->all_delivered);
    EXPECT_TRUE(verdicts->items.empty());
    EXPECT_FALSE(reader.Read(Created(items), items + 1).ok());
    EXPECT_FALSE(reader.Read(Created(items + 1), items).ok());
  }
}

TEST(BulkAnswer, OneByteThatIsOtherwiseIsNotOverlooked) {
  BulkAnswerReader reader;
  const std::string answer = Created(3);
  for (size_t i = 0; i < answer.size(); ++i) {
    for (const char byte : {'4', '{', 'x', ' '}) {
      if (answer[i] == byte) continue;
      std::string damaged = answer;
      damaged[i] = byte;
      const auto verdicts = reader.Read(damaged, 3);
      // A letter of a name, and `false`, may be changed without a change of the verdicts.
      if (verdicts.ok() && verdicts->all_delivered) {
        EXPECT_EQ(verdicts->items.size(), 3u) << damaged;
        for (const ItemVerdict& v : verdicts->items) EXPECT_LT(v.status, 300) << damaged;
      }
    }
  }
}

TEST(BulkAnswer, WhatIsNoBulkAnswerIsRefused) {
  BulkAnswerReader reader;
  for (const std::string_view answer :
       {"", "{}", "null", "[]", "<html></html>", R"({"errors":false})", R"({"items":{}})",
        R"({"items":[{}]})", R"({"items":[{"create":{}}]})", R"({"items":[{"create":201}]})",
        R"({"items":[{"create":{"status":"201"}}]})", R"({"items":[{"create":{"status":0}}]})",
        R"({"items":[{"create":{"status":4294967497}}]})", R"({"items":[7]})",
        R"({"items":[{"create":{"status":201}}])",
        R"({"items":[{"create":{"status":201},"index":{"status":201}}]})",
        R"({"error":{"type":"x"},"status":200})"}) {
    const auto verdicts = reader.Read(answer, 1);
    EXPECT_EQ(verdicts.status().code(), absl::StatusCode::kInvalidArgument) << answer;
  }
}

TEST(BulkAnswer, LongReasonsAreCutBetweenCharacters) {
  BulkAnswerReader reader;
  for (size_t shift = 0; shift < 4; ++shift) {
    std::string reason(shift, 'x');
    for (int i = 0; i < 2000; ++i) reason += "\xf0\x9f\x98\x80";
    const auto verdicts = reader.Read(Refused(400, "t", reason), 1);
    ASSERT_TRUE(verdicts.ok());
    const std::string& cut = verdicts->items[0].reason;
    EXPECT_LE(cut.size(), BulkAnswerReader::kReasonMax);
    EXPECT_GT(cut.size(), BulkAnswerReader::kReasonMax - 4);
    EXPECT_TRUE(IsValidUtf8(cut));
  }
}

TEST(BulkAnswer, OneReaderTakesAnswersOfAllSizesInTurn) {
  BulkAnswerReader reader;
  for (const size_t items : {100000u, 1u, 3000u}) {
    std::string answer = Created(items);
    answer.insert(1, " ");  // Parsed, not compared.
    const auto verdicts = reader.Read(answer, items);
    ASSERT_TRUE(verdicts.ok()) << verdicts.status();
    EXPECT_TRUE(verdicts->all_delivered);
    EXPECT_EQ(verdicts->items.size(), items);
  }
}

}  // namespace
}  // namespace tailrace
