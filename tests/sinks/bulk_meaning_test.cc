#include "sinks/bulk_meaning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tailrace {
namespace {

using testing::HasSubstr;

HttpAnswer Answer(int status, std::string body = "") {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

TEST(BulkMeaning, EachStatusHasItsMeaningAndSaysWhatToMend) {
  struct Case {
    int status;
    WholeMeaning meaning;
    const char* reason;
  };
  constexpr Case kCases[] = {{200, WholeMeaning::kItems, ""},
                             {201, WholeMeaning::kToMend, "check `endpoints`"},
                             {204, WholeMeaning::kToMend, "check `endpoints`"},
                             {301, WholeMeaning::kToMend, "a redirect"},
                             {302, WholeMeaning::kToMend, "name its target in `endpoints`"},
                             {400, WholeMeaning::kUnreadable, "400: "},
                             {401, WholeMeaning::kToMend, "check `user`, `password`, `api_key`"},
                             {403, WholeMeaning::kToMend, "give it the right to create"},
                             {404, WholeMeaning::kToMend, "check the path in `endpoints`"},
                             {405, WholeMeaning::kToMend, "405"},
                             {408, WholeMeaning::kToMend, "408"},
                             {413, WholeMeaning::kTooLarge, "413"},
                             {415, WholeMeaning::kToMend, "415"},
                             {429, WholeMeaning::kBusy, "too much to do"},
                             {500, WholeMeaning::kFailing, "500"},
                             {502, WholeMeaning::kFailing, "a proxy before it"},
                             {503, WholeMeaning::kBusy, "503"},
                             {504, WholeMeaning::kFailing, "504"},
                             {599, WholeMeaning::kFailing, "599"}};
  for (const Case& c : kCases) {
    const WholeAnswer whole = MeaningOf(Answer(c.status), false);
    EXPECT_EQ(whole.meaning, c.meaning) << c.status;
    EXPECT_THAT(whole.reason, HasSubstr(c.reason)) << c.status;
  }
}

TEST(BulkMeaning, CompressionIsSuspectedOnlyWhileItNeverWorked) {
  EXPECT_EQ(MeaningOf(Answer(415), true).meaning, WholeMeaning::kCompression);
  // Recorded from a server behind a proxy that does not inflate.
  const HttpAnswer unread = Answer(
      400,
      R"({"error":{"root_cause":[{"type":"json_parse_exception",)"
      R"("reason":"Illegal character ((CTRL-CHAR, code 31)): only regular white space"}],)"
      R"("type":"json_parse_exception","reason":"Illegal character ((CTRL-CHAR, code 31)): only )"
      R"(regular white space (\\r, \\n, \\t) is allowed between tokens"},"status":400})");
  EXPECT_EQ(MeaningOf(unread, true).meaning, WholeMeaning::kCompression);
  EXPECT_EQ(MeaningOf(unread, false).meaning, WholeMeaning::kUnreadable);
}

TEST(BulkMeaning, KnowsElasticsearchsOwn400FromAnothers) {
  const WholeAnswer own = MeaningOf(
      Answer(400, R"({"error":{"type":"illegal_argument_exception","reason":"Malformed action"},)"
                  R"("status":400})"),
      false);
  EXPECT_TRUE(own.from_elasticsearch);
  EXPECT_EQ(own.reason, "400: illegal_argument_exception: Malformed action");
  for (const char* body :
       {"", "<html>400 The plain HTTP request was sent to HTTPS port</html>", "{}", "null", "[1]",
        R"({"message":"Bad Request"})", R"({"error":7})", R"({"error":{"reason":"x"}})"}) {
    EXPECT_FALSE(MeaningOf(Answer(400, body), false).from_elasticsearch) << body;
  }
}

TEST(BulkMeaning, A400ThatEveryRequestWouldGetBlamesTheServer) {
  const WholeAnswer old = MeaningOf(
      Answer(400, R"({"error":{"root_cause":[{"type":"action_request_validation_exception",)"
                  R"("reason":"Validation Failed: 1: type is missing;"}],)"
                  R"("type":"action_request_validation_exception",)"
                  R"("reason":"Validation Failed: 1: type is missing;2: type is missing;"},)"
                  R"("status":400})"),
      false);
  EXPECT_EQ(old.meaning, WholeMeaning::kToMend);
  EXPECT_THAT(old.reason, HasSubstr("7.0"));
}

TEST(BulkMeaning, TakesRetryAfterInSecondsAndNothingElse) {
  const std::pair<const char*, int> cases[] = {{"", 0},
                                               {"7", 7},
                                               {"-1", 0},
                                               {"7x", 0},
                                               {"99999999", 3600},
                                               {"Wed, 21 Oct 2026 07:28:00 GMT", 0},
                                               {"99999999999999999999", 0}};
  for (const auto& [text, seconds] : cases) {
    HttpAnswer answer = Answer(429);
    answer.retry_after = text;
    EXPECT_EQ(MeaningOf(answer, false).retry_after.count(), seconds) << text;
  }
}

TEST(BulkMeaning, ReasonsAreBounded) {
  HttpAnswer redirect = Answer(302);
  redirect.location = std::string(1 << 20, 'x');
  EXPECT_LT(MeaningOf(redirect, false).reason.size(), 1024u);
  const std::string reason(1 << 19, 'y');
  EXPECT_LT(MeaningOf(Answer(400, R"({"error":{"type":"t","reason":")" + reason + "\"}}"), false)
                .reason.size(),
            1024u);
}

}  // namespace
}  // namespace tailrace
