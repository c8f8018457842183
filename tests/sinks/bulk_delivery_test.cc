#include "sinks/bulk_delivery.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/sinks/bulk_delivery_fixture.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST_F(BulkDeliveryTest, SendsAPayloadAndSettlesItWhenItIsAnsweredFor) {
  Make();
  Start(1, 3);
  ASSERT_THAT(server_.requests, SizeIs(1));
  EXPECT_THAT(Sent(), ElementsAre(1, 2, 3));
  EXPECT_EQ(server_.requests[0].request.target,
            "/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason");
  EXPECT_EQ(server_.requests[0].request.content_type, "application/x-ndjson");
  EXPECT_TRUE(server_.requests[0].request.gzip);
  EXPECT_EQ(ledger_.settlements(), 0u);
  EXPECT_FALSE(delivery_->idle());
  server_.Answer(200, AllCreated(3));
  ledger_.ExpectAllSettled();
  EXPECT_TRUE(delivery_->idle());
  EXPECT_EQ(counters_.delivered.value(), 3u);
  EXPECT_EQ(counters_.delivered_bytes.value(), 3 * std::string_view("{\"n\":1}\n").size());
  EXPECT_EQ(counters_.requests.value(), 1u);
}

TEST_F(BulkDeliveryTest, TakesAsManyPayloadsAsMayBeUnderWayAndSendsMoreOnesByOne) {
  Make();
  for (uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(Submit(i, 1));
  EXPECT_FALSE(Submit(4, 1));
  delivery_->SendDue();
  EXPECT_THAT(server_.requests, SizeIs(1));  // A server is met with one request.
  for (const size_t expected : {2u, 2u, 1u}) {
    server_.Answer(200, AllCreated(1));
    delivery_->SendDue();
    EXPECT_THAT(server_.requests, SizeIs(expected));
  }
  server_.Answer(200, AllCreated(1));
  ledger_.ExpectAllSettled();
}

TEST_F(BulkDeliveryTest, SendsRefusedItemsAgainAloneAndAfterABackoff) {
  Make();
  Start(0, 8);
  server_.Answer(200, BulkAnswer({201, 429, 400, 409, 403, 404, 503, 200}));
  EXPECT_EQ(delivered(), 3u);
  EXPECT_THAT(ledger_.rejected(), ElementsAre(testing::Pair(2, "type_400: scripted")));
  delivery_->SendDue();
  EXPECT_TRUE(server_.requests.empty());
  EXPECT_GE(Wait(), milliseconds(50));
  EXPECT_THAT(Sent(), ElementsAre(1, 4, 5, 6));
  server_.Answer(200, BulkAnswer({429, 201, 201, 201}));
  Wait();
  EXPECT_THAT(Sent(), ElementsAre(1));
  server_.Answer(200, AllCreated(1));
  ledger_.ExpectAllSettled();
  EXPECT_EQ(counters_.retries.value(), 5u);
  EXPECT_EQ(counters_.rejected.value(), 1u);
}

TEST_F(BulkDeliveryTest, AWhole413IsSplitDownToTheOneThatIsTooLarge) {
  MakeAcquainted();
  Start(0, 9);
  size_t requests = 0;
  while (!ledger_.all_settled()) {
    ASSERT_FALSE(server_.requests.empty());
    ASSERT_LT(++requests, 50u);
    const std::vector<uint64_t> numbers = Sent();
    const bool too_large = numbers.size() > 4 || testing::Value(numbers, testing::Contains(6u));
    server_.Answer(too_large ? 413 : 200, AllCreated(numbers.size()));
    delivery_->SendDue();
  }
  EXPECT_THAT(ledger_.rejected(), ElementsAre(testing::Pair(6, HasSubstr("413"))));
  ledger_.ExpectAllSettled();
  EXPECT_EQ(delivery_->down_reason(), "");
}

TEST_F(BulkDeliveryTest, AnItems413MakesItsRequestSmaller) {
  MakeAcquainted();
  Start(0, 3);
  server_.Answer(200, BulkAnswer({413, 201, 413}));
  delivery_->SendDue();
  EXPECT_THAT(Sent(), ElementsAre(0, 2));
  server_.Answer(200, BulkAnswer({413, 413}));
  delivery_->SendDue();
  EXPECT_THAT(Sent(), ElementsAre(0));
  server_.Answer(200, BulkAnswer({413}));
  server_.Answer(200, BulkAnswer({201}));
  EXPECT_THAT(ledger_.rejected(), SizeIs(1));
  ledger_.ExpectAllSettled();
}

TEST_F(BulkDeliveryTest, AWhole400IsSplitUntilTheOneThatCausesItIsFound) {
  MakeAcquainted();
  Start(0, 100);
  size_t requests = 0;
  while (!ledger_.all_settled()) {
    ASSERT_FALSE(server_.requests.empty());
    ASSERT_LT(++requests, 40u);
    const std::vector<uint64_t> numbers = Sent();
    if (testing::Value(numbers, testing::AnyOf(testing::Contains(13u), testing::Contains(77u)))) {
      server_.Answer(400, kElastic400);
    } else {
      server_.Answer(200, AllCreated(numbers.size()));
    }
    delivery_->SendDue();
  }
  const std::string reason = "400: x_content_parse_exception: scripted";
  EXPECT_THAT(ledger_.rejected(),
              ElementsAre(testing::Pair(13, reason), testing::Pair(77, reason)));
  ledger_.ExpectAllSettled();
}

TEST_F(BulkDeliveryTest, A400OfAnUnknownServerRejectsNothing) {
  options_.gzip = false;
  Make();
  Start(0, 1);
  for (int i = 0; i < 5; ++i) {
    server_.Answer(400, kElastic400);
    EXPECT_THAT(delivery_->down_reason(), HasSubstr("400"));
    AwaitRequest();
  }
  EXPECT_EQ(ledger_.settlements(), 0u);
  server_.Greet(200, kElastic8);
  server_.Answer(400, kElastic400);
  EXPECT_THAT(ledger_.rejected(), SizeIs(1));
}

TEST_F(BulkDeliveryTest, A400OfWhatStandsBeforeTheServerRejectsNothingUnlessOthersAreTaken) {
  MakeAcquainted();
  constexpr char kPage[] = "<html>400 The plain HTTP request was sent to HTTPS port</html>";
  Start(0, 8);
  for (int i = 0; i < 200; ++i) {
    server_.Answer(400, kPage);
    AwaitRequest();
  }
  EXPECT_TRUE(ledger_.rejected().empty());
  EXPECT_NE(delivery_->down_reason(), "");
  // Now it lets all pass but one document, of which it does not say what it is like.
  for (int i = 0; i < 200 && !ledger_.all_settled(); ++i) {
    const std::vector<uint64_t> numbers = Sent();
    const bool poison = testing::Value(numbers, testing::Contains(5u));
    server_.Answer(poison ? 400 : 200, poison ? kPage : AllCreated(numbers.size()));
    if (!ledger_.all_settled()) AwaitRequest();
  }
  EXPECT_THAT(ledger_.rejected(), ElementsAre(testing::Pair(5, HasSubstr("400"))));
  ledger_.ExpectAllSettled();
}

TEST_F(BulkDeliveryTest, WhatSomebodyHasToMendRejectsNothing) {
  struct Case {
    int status;
    const char* body;
    const char* reason;
  };
  constexpr Case kCases[] = {
      {401, "{}", "401: the user or key is refused"},
      {403, "{}", "403: the user or key may not write"},
      {404, "{}", "404: no _bulk there"},
      {301, "", "301: a redirect"},
      {405, "", "405"},
      {418, "", "418"},
      {429, "", "429"},
      {500, "", "500"},
      {502, "<html></html>", "502"},
      {503, "", "503"},
      {200, "<html>login</html>", "200, but no _bulk answer"},
      {200, "", "200, but no _bulk answer"},
      {200, R"({"errors":false,"items":[]})", "0 results for 2 items"},
      {200, R"({"errors":false,"items":[{"create":{"status":201}}]})", "1 results for 2 items"}};
  for (const Case& c : kCases) {
    MakeAcquainted();
    const uint64_t before = ledger_.settlements();
    Start(0, 2);
    const MonotonicTime start = clock_.Now();
    size_t requests = 0;
    while (clock_.Now() - start < seconds(60)) {
      server_.Answer(c.status, c.body);
      EXPECT_THAT(delivery_->down_reason(), HasSubstr(c.reason));
      AwaitRequest();
      ++requests;
      EXPECT_THAT(server_.requests, SizeIs(1));
    }
    EXPECT_EQ(ledger_.settlements(), before) << c.status;
    EXPECT_LT(requests, 300u) << c.status;  // With at most a second in between.
    server_.Answer(200, AllCreated(2));
    EXPECT_EQ(delivery_->down_reason(), "") << c.status;
    ledger_.ExpectAllSettled();
  }
}

TEST_F(BulkDeliveryTest, AStaleConnectionIsTriedAgainAtOnceButOnce) {
  MakeAcquainted();
  Start(0, 1);
  server_.Fail(HttpOutcome::kAmbiguous, true);
  delivery_->SendDue();
  ASSERT_THAT(server_.requests, SizeIs(1));
  for (int i = 0; i < 20; ++i) {
    server_.Fail(HttpOutcome::kAmbiguous, true);
    delivery_->SendDue();
    // One of two waits.
    EXPECT_THAT(server_.requests, SizeIs(i % 2 == 0 ? 0 : 1));
    if (server_.requests.empty()) {
      EXPECT_GE(Wait(), milliseconds(50));
    }
  }
  server_.Answer(200, AllCreated(1));
  ledger_.ExpectAllSettled();
}

TEST_F(BulkDeliveryTest, FailsOverToTheNextEndpointAtOnceWhenNothingWasSent) {
  options_.endpoints = {"http://a:9200", "http://b:9200", "http://c:9200"};
  Make();
  Start(0, 1);
  EXPECT_EQ(server_.requests[0].request.endpoint, 0u);
  for (const size_t next : {1u, 2u}) {
    server_.Fail(HttpOutcome::kNotSent);
    EXPECT_EQ(delivery_->down_reason(), "");
    EXPECT_EQ(Wait(), milliseconds(0));
    EXPECT_EQ(server_.requests[0].request.endpoint, next);
  }
  server_.Fail(HttpOutcome::kNotSent);
  EXPECT_NE(delivery_->down_reason(), "");
  EXPECT_GE(Wait(), milliseconds(50));
  server_.Answer(200, AllCreated(1));
  ledger_.ExpectAllSettled();
}

TEST_F(BulkDeliveryTest, AFailedRequestWaitsThoughOthersSucceed) {
  MakeAcquainted();
  Start(0, 1);
  Start(10, 1);
  server_.Answer(503);
  server_.Answer(200, AllCreated(1));
  delivery_->SendDue();
  EXPECT_TRUE(server_.requests.empty());
  EXPECT_GE(Wait(), milliseconds(50));
  EXPECT_THAT(Sent(), ElementsAre(0));
}

TEST_F(BulkDeliveryTest, WaitsAsLongAsTheServerAsks) {
  MakeAcquainted();
  Start(0, 1);
  HttpAnswer busy;
  busy.retry_after = "17";
  server_.Answer(429, "", busy);
  EXPECT_GE(Wait(), seconds(17));
  EXPECT_THAT(server_.requests, SizeIs(1));
}

TEST_F(BulkDeliveryTest, RefusalsForLoadMakeTheWindowSmaller) {
  MakeAcquainted();
  for (uint64_t i = 0; i < 4; ++i) Start(i, 2);
  ASSERT_THAT(server_.requests, SizeIs(4));
  server_.Answer(200, BulkAnswer({201, 429}));
  for (int i = 0; i < 3; ++i) server_.Answer(200, AllCreated(2));
  clock_.Advance(seconds(10));
  for (uint64_t i = 10; i < 14; ++i) Submit(i, 2);
  delivery_->SendDue();
  EXPECT_THAT(server_.requests, SizeIs(2));
}

TEST_F(BulkDeliveryTest, SendsNothingBeforeItsRandomStart) {
  options_.start_jitter = seconds(10);
  const MonotonicTime start = clock_.Now();
  Make();
  Submit(0, 1);
  delivery_->SendDue();
  EXPECT_TRUE(server_.requests.empty());
  EXPECT_GT(delivery_->NextDue(), start);
  EXPECT_LE(delivery_->NextDue(), start + seconds(10));
  Wait();
  EXPECT_THAT(server_.requests, SizeIs(1));
}

TEST_F(BulkDeliveryTest, WhatWaitsIsForgottenAtTheEndAndInNoSettlement) {
  Make();
  Submit(0, 1);
  Submit(1, 1);
  delivery_->SendDue();
  delivery_->Abandon();
  EXPECT_EQ(delivery_->NextDue(), MonotonicTime::max());
  server_.Answer(200, AllCreated(1));
  EXPECT_TRUE(delivery_->idle());
  EXPECT_EQ(delivered(), 1u);
}

TEST_F(BulkDeliveryTest, ARequestThatCannotBeSentAtAllWaits) {
  Make();
  server_.send_status = absl::InvalidArgumentError("bad header \"Authorization\"");
  Start(0, 1);
  EXPECT_THAT(delivery_->down_reason(), HasSubstr("bad header"));
  EXPECT_GE(Wait(), milliseconds(50));
  server_.send_status = absl::OkStatus();
  AwaitRequest();
  server_.Answer(200, AllCreated(1));
  ledger_.ExpectAllSettled();
}

}  // namespace
}  // namespace tailrace
