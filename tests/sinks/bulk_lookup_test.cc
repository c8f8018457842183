#include "sinks/bulk_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/strings.h"
#include "tests/sinks/bulk_payloads.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Progress = BulkLookup::Progress;

// 2026-01-10T12:00:00Z.
constexpr int64_t kAttempt = int64_t{1768046400} * 1'000'000'000;

HttpAnswer Answer(int status, std::string body = "") {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

HttpAnswer Indices(std::initializer_list<std::string_view> names) {
  std::string body = R"({"data_streams":[{"indices":[)";
  for (const std::string_view name : names) {
    if (body.back() != '[') body += ',';
    body += Concat({R"({"index_name":")", name, "\"}"});
  }
  return Answer(200, body + "]}]}");
}

HttpAnswer Documents(std::initializer_list<std::pair<uint64_t, bool>> found) {
  std::string body = R"({"docs":[)";
  for (const auto& [number, is_there] : found) {
    if (body.back() != '[') body += ',';
    body +=
        Concat({R"({"_id":")", IdOf(number), R"(","found":)", is_there ? "true" : "false", "}"});
  }
  return Answer(200, body + "]}");
}

TEST(BulkLookup, AsksTheCurrentIndexAndThoseThatWereItSinceTheAttempt) {
  const PayloadPtr payload = MakeBulkPayload(0, 3, "logs-shop-default");
  BulkLookup lookup(*payload, kAttempt);
  EXPECT_EQ(lookup.Ask()->method, "GET");
  EXPECT_EQ(lookup.Ask()->target,
            "/_data_stream/logs-shop-default?filter_path=data_streams.indices.index_name");
  EXPECT_EQ(lookup.Ask()->body, "");
  ASSERT_EQ(
      lookup.Answer(Indices(
          {".ds-logs-shop-default-2026.01.01-000001", ".ds-logs-shop-default-2026.01.07-000002",
           ".ds-logs-shop-default-2026.01.09-000003", ".ds-logs-shop-default-2026.01.09-000004",
           ".ds-logs-shop-default-2026.01.10-000005"})),
      Progress::kNext);
  EXPECT_EQ(lookup.Ask()->method, "POST");
  EXPECT_EQ(lookup.Ask()->target,
            "/.ds-logs-shop-default-2026.01.10-000005/_mget?_source=false"
            "&filter_path=docs._id,docs.found");
  EXPECT_EQ(lookup.Ask()->body,
            Concat({R"({"ids":[")", IdOf(0), "\",\"", IdOf(1), "\",\"", IdOf(2), "\"]}"}));
  ASSERT_EQ(lookup.Answer(Documents({{0, true}, {1, false}, {2, false}})), Progress::kNext);
  EXPECT_THAT(lookup.Ask()->target, HasSubstr("-000004/"));
  EXPECT_THAT(lookup.Ask()->body, testing::Not(HasSubstr(IdOf(0))));
  ASSERT_EQ(lookup.Answer(Documents({{1, false}, {2, true}})), Progress::kNext);
  EXPECT_THAT(lookup.Ask()->target, HasSubstr("-000003/"));
  ASSERT_EQ(lookup.Answer(Documents({{1, false}})), Progress::kNext);
  // It was written to until 000003 was made, on the day before the attempt.
  EXPECT_THAT(lookup.Ask()->target, HasSubstr("-000002/"));
  ASSERT_EQ(lookup.Answer(Documents({{1, false}})), Progress::kNext);
  EXPECT_EQ(lookup.Ask(), std::nullopt);
  EXPECT_THAT(lookup.Found(), ElementsAre(0, 2));
}

TEST(BulkLookup, AsksThreeIndicesWhateverTheirDates) {
  BulkLookup lookup(*MakeBulkPayload(0, 1), kAttempt);
  ASSERT_EQ(
      lookup.Answer(Indices({".ds-logs-a-1999.01.01-000001", ".ds-logs-a-1999.01.01-000002",
                             ".ds-logs-a-1999.01.01-000003", ".ds-logs-a-1999.01.01-000004"})),
      Progress::kNext);
  for (const char* index : {"000004", "000003", "000002"}) {
    ASSERT_TRUE(lookup.Ask().has_value());
    EXPECT_THAT(lookup.Ask()->target, HasSubstr(index));
    ASSERT_EQ(lookup.Answer(Documents({{0, false}})), Progress::kNext);
  }
  EXPECT_EQ(lookup.Ask(), std::nullopt);
}

TEST(BulkLookup, StopsWhenAllIsFound) {
  BulkLookup lookup(*MakeBulkPayload(0, 2), kAttempt);
  ASSERT_EQ(
      lookup.Answer(Indices({".ds-logs-a-2026.01.10-000001", ".ds-logs-a-2026.01.10-000002"})),
      Progress::kNext);
  ASSERT_EQ(lookup.Answer(Documents({{1, true}, {0, true}})), Progress::kNext);
  EXPECT_EQ(lookup.Ask(), std::nullopt);
  EXPECT_THAT(lookup.Found(), ElementsAre(0, 1));
}

TEST(BulkLookup, GoesThroughTheDataStreamsOneByOne) {
  const PayloadPtr payload = MakeBulkPayload(0, 1, "logs-b");
  const PayloadPtr other = MakeBulkPayload(1, 1, "logs-a+c%");
  PayloadItem item = other->items[0];
  item.offset = static_cast<uint32_t>(payload->bytes.size());
  payload->bytes.Append(other->bytes.view());
  payload->items.push_back(item);
  BulkLookup lookup(*payload, kAttempt);
  EXPECT_THAT(lookup.Ask()->target, HasSubstr("/_data_stream/logs-a%2Bc%25?"));
  ASSERT_EQ(lookup.Answer(Answer(404)), Progress::kNext);
  EXPECT_THAT(lookup.Ask()->target, HasSubstr("/_data_stream/logs-b?"));
  ASSERT_EQ(lookup.Answer(Indices({".ds-logs-b-2026.01.10-000001"})), Progress::kNext);
  ASSERT_EQ(lookup.Answer(Documents({{0, true}})), Progress::kNext);
  EXPECT_EQ(lookup.Ask(), std::nullopt);
  EXPECT_THAT(lookup.Found(), ElementsAre(0));
}

TEST(BulkLookup, AnIndexThatIsGoneHasNothing) {
  BulkLookup lookup(*MakeBulkPayload(0, 1), kAttempt);
  ASSERT_EQ(
      lookup.Answer(Indices({".ds-logs-a-2026.01.10-000001", ".ds-logs-a-2026.01.10-000002"})),
      Progress::kNext);
  ASSERT_EQ(lookup.Answer(Answer(404, R"({"error":{"type":"index_not_found_exception"}})")),
            Progress::kNext);
  EXPECT_THAT(lookup.Ask()->target, HasSubstr("000001"));
  // The same, said of each document.
  ASSERT_EQ(lookup.Answer(Answer(200, R"({"docs":[{"_id":"x"}]})")), Progress::kNext);
  EXPECT_EQ(lookup.Ask(), std::nullopt);
  EXPECT_TRUE(lookup.Found().empty());
}

TEST(BulkLookup, AsksAgainAfterNoAnswerAndGivesUpWhatIsForbidden) {
  BulkLookup lookup(*MakeBulkPayload(0, 1), kAttempt);
  for (const HttpAnswer& answer : {Answer(429), Answer(503), Answer(401), Answer(200, "<html>"),
                                   Answer(200, "{}"), Answer(302)}) {
    const std::string before = lookup.Ask()->target;
    EXPECT_EQ(lookup.Answer(answer), Progress::kAskAgain) << answer.status;
    EXPECT_EQ(lookup.Ask()->target, before);
  }
  EXPECT_EQ(lookup.Answer(Answer(403)), Progress::kForbidden);
  EXPECT_TRUE(lookup.Found().empty());
}

TEST(BulkLookup, AsksForNothingWithoutIds) {
  Payload payload;
  payload.bytes.Append("{\"create\":{\"_index\":\"logs-a\"}}\n{\"_id\":\"forged\"}\n");
  PayloadItem item;
  item.length = static_cast<uint32_t>(payload.bytes.size());
  item.body_offset = 31;
  payload.items.push_back(item);
  EXPECT_EQ(BulkLookup(payload, kAttempt).Ask(), std::nullopt);
}

TEST(BulkLookup, AsksAtMostSixteenIndices) {
  BulkLookup lookup(*MakeBulkPayload(0, 1), kAttempt);
  std::string body = R"({"data_streams":[{"indices":[{"index_name":"odd"})";
  for (int i = 0; i < 500; ++i) {
    body += Concat({R"(,{"index_name":"name-without-a-date-)", std::to_string(i), "\"}"});
  }
  ASSERT_EQ(lookup.Answer(Answer(200, body + "]}]}")), Progress::kNext);
  size_t asked = 0;
  while (lookup.Ask()) {
    ++asked;
    ASSERT_EQ(lookup.Answer(Documents({{0, false}})), Progress::kNext);
  }
  EXPECT_EQ(asked, BulkLookup::kIndicesMax);
}

TEST(BulkLookup, ReadsTheDayOfABackingIndex) {
  struct Case {
    const char* name;
    std::optional<int64_t> day;
  };
  const Case cases[] = {{".ds-logs-a-1970.01.01-000001", 0},
                        {".ds-logs-a-2026.01.10-000004", 20463},
                        {".ds-2024.02.29-2024.02.29-000004", 19782},
                        {".ds-logs-a-2026.02.30-000004", std::nullopt},
                        {".ds-logs-a-2026.13.01-000004", std::nullopt},
                        {".ds-logs-a-000004", std::nullopt},
                        {"2026.01.10-000004", std::nullopt},
                        {"-2026.01.10-1", 20463},
                        {".ds-logs-a-20x6.01.10-000004", std::nullopt},
                        {"", std::nullopt},
                        {"-", std::nullopt}};
  for (const Case& c : cases) EXPECT_EQ(DayOfBackingIndex(c.name), c.day) << c.name;
}

}  // namespace
}  // namespace tailrace
