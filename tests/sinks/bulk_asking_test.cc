// What BulkDelivery finds out about a server: who it is, what it takes, and what it has stored.
#include <gmock/gmock.h>

#include "agent/base/strings.h"
#include "tests/sinks/bulk_delivery_fixture.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using BulkAskingTest = BulkDeliveryTest;

constexpr char kElastic6[] = R"({"version":{"number":"6.8.23","build_flavor":"default"}})";
constexpr char kTwoIndices[] =
    R"({"data_streams":[{"indices":[{"index_name":".ds-logs-a-2026.01.01-000001"},)"
    R"({"index_name":".ds-logs-a-2026.01.01-000002"}]}]})";

std::string Documents(std::initializer_list<std::pair<uint64_t, bool>> found) {
  std::string body = R"({"docs":[)";
  for (const auto& [number, is_there] : found) {
    if (body.back() != '[') body += ',';
    body +=
        Concat({R"({"_id":")", IdOf(number), R"(","found":)", is_there ? "true" : "false", "}"});
  }
  return body + "]}";
}

TEST_F(BulkAskingTest, AsksEachEndpointOnceWhoItIs) {
  options_.endpoints = {"http://a:9200", "http://b:9200"};
  Make();
  for (uint64_t i = 0; i < 6; ++i) {
    Start(i, 1);
    server_.Answer(200, AllCreated(1));
  }
  ASSERT_THAT(server_.greetings, SizeIs(2));
  EXPECT_EQ(server_.greetings[0].request.method, "GET");
  EXPECT_EQ(server_.greetings[1].request.endpoint, 1u);
  server_.Greet(200, kElastic8);
  server_.Greet(403, "{}");  // Who may write need not be allowed to ask.
  for (uint64_t i = 6; i < 12; ++i) {
    Start(i, 1);
    server_.Answer(200, AllCreated(1));
  }
  EXPECT_TRUE(server_.greetings.empty());
  EXPECT_EQ(delivery_->down_reason(), "");
  ledger_.ExpectAllSettled();
}

TEST_F(BulkAskingTest, SendsNothingToAServerThatIsTooOldUntilItIsAnother) {
  Make();
  Start(0, 1);
  server_.Greet(200, kElastic6);
  EXPECT_THAT(delivery_->down_reason(), HasSubstr("6.8.23 is too old"));
  server_.Answer(400, R"({"error":{"type":"action_request_validation_exception",)"
                      R"("reason":"Validation Failed: 1: type is missing;"},"status":400})");
  for (int i = 0; i < 10; ++i) {
    while (server_.greetings.empty()) Wait();
    EXPECT_TRUE(server_.requests.empty());
    server_.Greet(200, kElastic6);
  }
  while (server_.greetings.empty()) Wait();
  server_.Greet(200, kElastic8);
  AwaitRequest();
  server_.Answer(200, AllCreated(1));
  EXPECT_EQ(delivery_->down_reason(), "");
  ledger_.ExpectAllSettled();
}

TEST_F(BulkAskingTest, AServerThatDoesNotSayWhoItIsIsTakenAsItIs) {
  options_.gzip = false;
  Make();
  Start(0, 1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(server_.greetings, SizeIs(1));
    HttpResult lost;
    lost.outcome = HttpOutcome::kAmbiguous;
    lost.status = absl::DeadlineExceededError("took too long");
    FakeBulkServer::End(server_.greetings, lost);
    server_.Answer(400, kElastic400);
    if (i < 2) AwaitRequest();
  }
  EXPECT_TRUE(server_.greetings.empty());
  EXPECT_THAT(ledger_.rejected(), SizeIs(1));
}

TEST_F(BulkAskingTest, CompressedRequestsThatAreRefusedAreTriedPlainFromThenOn) {
  for (const int status : {400, 415}) {
    Make();
    Start(0, 2);
    EXPECT_TRUE(server_.requests[0].request.gzip);
    server_.Answer(status, kElastic400);
    delivery_->SendDue();
    EXPECT_FALSE(server_.requests.at(0).request.gzip);
    server_.Answer(200, AllCreated(2));
    Start(2, 1);
    EXPECT_FALSE(server_.requests.at(0).request.gzip);
    server_.Answer(200, AllCreated(1));
    EXPECT_TRUE(ledger_.rejected().empty());
    ledger_.ExpectAllSettled();
    server_.greetings.clear();
  }
}

TEST_F(BulkAskingTest, CompressionIsNotBlamedWhereItWorkedOrPlainIsRefusedToo) {
  MakeAcquainted();
  Start(0, 1);
  server_.Answer(400, kElastic400);
  EXPECT_THAT(ledger_.rejected(), SizeIs(1));

  Make();
  Start(1, 1);
  server_.Greet(200, kElastic8);
  server_.Answer(400, kElastic400);
  delivery_->SendDue();
  EXPECT_FALSE(server_.requests.at(0).request.gzip);
  server_.Answer(400, kElastic400);
  EXPECT_THAT(ledger_.rejected(), SizeIs(2));
  Start(2, 1);
  EXPECT_TRUE(server_.requests.at(0).request.gzip);
}

TEST_F(BulkAskingTest, AServerThatRefusesIdsIsDownAndSaysWhatToSet) {
  MakeAcquainted();
  Start(0, 1);
  for (int i = 0; i < 50; ++i) {
    server_.Answer(200, R"({"errors":true,"items":[{"create":{"status":400,"error":{"type":)"
                        R"("illegal_argument_exception","reason":"Document ID is not supported in )"
                        R"(create/index operation request"}}}]})");
    EXPECT_THAT(delivery_->down_reason(), HasSubstr("set `id: auto`"));
    AwaitRequest();
  }
  EXPECT_TRUE(ledger_.rejected().empty());
}

TEST_F(BulkAskingTest, ItemsThatAreRefusedTimeAndAgainCountAsASinkThatIsDown) {
  MakeAcquainted();
  Start(0, 2);
  server_.Answer(200, BulkAnswer({403, 403}));
  EXPECT_EQ(delivery_->down_reason(), "");
  for (int i = 0; i < 3; ++i) {
    AwaitRequest();
    server_.Answer(200, BulkAnswer({403, 403}));
  }
  EXPECT_THAT(delivery_->down_reason(), HasSubstr("403: type_403: scripted"));
  AwaitRequest();
  server_.Answer(200, BulkAnswer({201, 403}));
  EXPECT_EQ(delivery_->down_reason(), "");
}

TEST_F(BulkAskingTest, AfterADoubtfulAttemptOnlyWhatIsNotStoredIsSentAgain) {
  options_.data_stream = true;
  MakeAcquainted();
  Start(0, 3);
  server_.Fail(HttpOutcome::kAmbiguous);
  AwaitRequest();
  EXPECT_EQ(server_.requests[0].request.target,
            "/_data_stream/logs-a?filter_path=data_streams.indices.index_name");
  EXPECT_FALSE(server_.requests[0].request.gzip);
  server_.Answer(200, kTwoIndices);
  EXPECT_THAT(server_.requests.at(0).request.target, HasSubstr("000002/_mget"));
  EXPECT_EQ(server_.requests[0].request.content_type, "application/json");
  server_.Answer(200, Documents({{0, false}, {1, false}, {2, false}}));
  EXPECT_THAT(server_.requests.at(0).request.target, HasSubstr("000001/_mget"));
  server_.Answer(200, Documents({{0, true}, {1, false}, {2, true}}));
  EXPECT_EQ(delivered(), 2u);
  delivery_->SendDue();
  EXPECT_THAT(Sent(), ElementsAre(1));
  server_.Answer(200, AllCreated(1));
  ledger_.ExpectAllSettled();
}

TEST_F(BulkAskingTest, WhatMakesAnAttemptDoubtful) {
  options_.data_stream = true;
  struct Case {
    int status;  // 0: none, and the outcome.
    HttpOutcome outcome;
    bool stale;
    bool doubtful;
  };
  constexpr Case kCases[] = {
      {0, HttpOutcome::kAmbiguous, false, true},   {0, HttpOutcome::kAmbiguous, true, true},
      {0, HttpOutcome::kNotSent, false, false},    {0, HttpOutcome::kNotSent, true, false},
      {200, HttpOutcome::kAnswered, false, true},  // No _bulk answer.
      {500, HttpOutcome::kAnswered, false, true},  {502, HttpOutcome::kAnswered, false, true},
      {503, HttpOutcome::kAnswered, false, true},  {504, HttpOutcome::kAnswered, false, true},
      {429, HttpOutcome::kAnswered, false, false}, {401, HttpOutcome::kAnswered, false, false},
      {404, HttpOutcome::kAnswered, false, false}};
  for (const Case& c : kCases) {
    MakeAcquainted();
    Start(0, 1);
    if (c.status == 0) {
      server_.Fail(c.outcome, c.stale);
    } else {
      server_.Answer(c.status, "<html></html>");
    }
    AwaitRequest();
    EXPECT_EQ(server_.requests[0].request.target.starts_with("/_data_stream/"), c.doubtful)
        << c.status << " " << static_cast<int>(c.outcome) << " " << c.stale;
    server_.requests.clear();
  }
}

TEST_F(BulkAskingTest, NothingIsLookedUpWhereIdsAloneDecide) {
  for (const bool data_stream : {false, true}) {
    options_.data_stream = data_stream;
    options_.ids = !data_stream;
    MakeAcquainted();
    Start(0, 1);
    server_.Fail(HttpOutcome::kAmbiguous);
    AwaitRequest();
    EXPECT_THAT(server_.requests[0].request.target, HasSubstr("/_bulk"));
    server_.requests.clear();
  }
}

TEST_F(BulkAskingTest, ALookUpThatFailsGoesOnWhereItWasAndOneThatIsForbiddenDoesNot) {
  options_.data_stream = true;
  MakeAcquainted();
  Start(0, 2);
  server_.Fail(HttpOutcome::kAmbiguous);
  for (const int status : {503, 429, 401, 302}) {
    AwaitRequest();
    EXPECT_THAT(server_.requests[0].request.target, HasSubstr("/_data_stream/"));
    server_.Answer(status);
    EXPECT_NE(delivery_->down_reason(), "");
  }
  AwaitRequest();
  server_.Answer(200, kTwoIndices);
  server_.Fail(HttpOutcome::kAmbiguous);
  AwaitRequest();
  EXPECT_THAT(server_.requests[0].request.target, HasSubstr("000002/_mget"));
  server_.Answer(200, Documents({{0, true}, {1, false}}));
  server_.Answer(403);
  EXPECT_EQ(delivered(), 1u);
  delivery_->SendDue();
  EXPECT_THAT(Sent(), ElementsAre(1));
  server_.Answer(200, AllCreated(1));
  ledger_.ExpectAllSettled();
}

}  // namespace
}  // namespace tailrace
