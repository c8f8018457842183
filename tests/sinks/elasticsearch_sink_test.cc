#include "sinks/elasticsearch_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <map>
#include <set>

#include "tests/sinks/bulk_payloads.h"
#include "tests/sinks/http_bulk_server.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ElasticsearchSinkTest : public testing::Test {
 protected:
  ElasticsearchSinkTest() {
    options_.retry_min = milliseconds(1);
    options_.retry_max = milliseconds(5);
    options_.timeout = seconds(30);
  }

  void Open(std::vector<std::string> endpoints) {
    options_.endpoints = std::move(endpoints);
    auto opened =
        ElasticsearchSink::Open(options_, {"es", &counters_, wake_fd_, &clock_}, ledger_.Into());
    ASSERT_TRUE(opened.ok()) << opened.status();
    sink_ = *std::move(opened);
  }
  // Submits as soon as it is taken.
  void Submit(uint64_t first, uint64_t count) {
    PayloadPtr payload = MakeBulkPayload(first, count);
    ledger_.Enter(*payload);
    while (!sink_->TrySubmit(0, payload)) sink_->Poll(milliseconds(50));
  }
  void RunUntil(const std::function<bool()>& done) {
    const MonotonicTime guard = clock_.Now() + seconds(60);
    while (!done() && clock_.Now() < guard) sink_->Poll(milliseconds(50));
    EXPECT_TRUE(done()) << "not within a minute";
  }
  void RunUntilSettled() {
    RunUntil([&] { return ledger_.all_settled(); });
    EXPECT_TRUE(sink_->idle());
    ledger_.ExpectAllSettled();
  }

  int wake_fd_ = -1;
  ElasticsearchOptions options_;
  MetricRegistry registry_;
  SinkCounters counters_{registry_, "es"};
  SystemClock clock_;
  BulkLedger ledger_;
  std::unique_ptr<ElasticsearchSink> sink_;
};

// Keeps what is created, once.
class Store {
 public:
  std::string Create(const std::string& body) {
    std::vector<int> statuses;
    for (const uint64_t number : NumbersOf(body)) {
      statuses.push_back(stored_.insert(number).second ? 201 : 409);
    }
    return BulkAnswer(statuses);
  }
  size_t size() const { return stored_.size(); }

 private:
  std::set<uint64_t> stored_;
};

TEST_F(ElasticsearchSinkTest, SendsCompressedBulksWithItsHeaders) {
  for (const bool gzip : {true, false}) {
    std::vector<ReceivedRequest> seen;
    HttpBulkServer server([&](const ReceivedRequest& request) {
      seen.push_back(request);
      return Reply{200, AllCreated(NumbersOf(request.body).size())};
    });
    options_.gzip = gzip;
    Open({server.url() + "/prefix"});
    const uint64_t wire_bytes = counters_.wire_bytes.value();
    Submit(0, 100);
    RunUntilSettled();
    ASSERT_THAT(seen, SizeIs(1));
    EXPECT_THAT(seen[0].line(), testing::StartsWith("POST /prefix/_bulk?filter_path=errors,"));
    EXPECT_THAT(seen[0].head, HasSubstr("\r\nContent-Type: application/x-ndjson"));
    EXPECT_THAT(seen[0].head, HasSubstr("\r\nAccept: application/json"));
    EXPECT_THAT(seen[0].head, HasSubstr("\r\nUser-Agent: tailrace"));
    EXPECT_EQ(seen[0].gzip, gzip);
    EXPECT_EQ(seen[0].body, MakeBulkPayload(0, 100)->bytes.view());
    const uint64_t sent = counters_.wire_bytes.value() - wire_bytes;
    if (gzip) {
      EXPECT_LT(sent, seen[0].body.size() / 2);
    } else {
      EXPECT_EQ(sent, seen[0].body.size());
    }
  }
}

TEST_F(ElasticsearchSinkTest, EveryItemIsSettledOnceUnderMixedVerdicts) {
  std::map<uint64_t, int> attempts;
  Store store;
  HttpBulkServer server([&](const ReceivedRequest& request) {
    std::vector<int> statuses;
    for (const uint64_t number : NumbersOf(request.body)) {
      constexpr int kStatuses[] = {201, 429, 409, 400, 403, 404, 503};
      const int first = kStatuses[number % std::size(kStatuses)];
      statuses.push_back(first == 400 || ++attempts[number] < 4 ? first : 201);
    }
    return Reply{200, BulkAnswer(statuses)};
  });
  Open({server.url()});
  for (uint64_t i = 0; i < 20; ++i) Submit(i * 100, 100);
  RunUntilSettled();
  EXPECT_EQ(ledger_.rejected().size(), 286u);
  EXPECT_GT(counters_.retries.value(), 1000u);
}

TEST_F(ElasticsearchSinkTest, AnExpiredKeyEmptiesNothingIntoTheDeadLetters) {
  int answers = 0;
  HttpBulkServer server([&](const ReceivedRequest& request) {
    if (++answers <= 300) return Reply{401, R"({"error":{"type":"security_exception"}})"};
    return Reply{200, AllCreated(NumbersOf(request.body).size())};
  });
  Open({server.url()});
  Submit(0, 10);
  Submit(10, 10);
  RunUntil([&] { return sink_->down_reason() != ""; });
  EXPECT_THAT(sink_->down_reason(), HasSubstr("401: the user or key is refused"));
  RunUntilSettled();
  EXPECT_TRUE(ledger_.rejected().empty());
  EXPECT_EQ(sink_->down_reason(), "");
}

TEST_F(ElasticsearchSinkTest, AnswersThatAreLostAfterTheStoreCostNothing) {
  Store store;
  int requests = 0;
  HttpBulkServer server([&](const ReceivedRequest& request) {
    constexpr ReplyFate kFates[] = {ReplyFate::kReset, ReplyFate::kHalf, ReplyFate::kWhole,
                                    ReplyFate::kWholeThenClose};
    return Reply{200, store.Create(request.body), kFates[++requests % std::size(kFates)]};
  });
  Open({server.url()});
  for (uint64_t i = 0; i < 60; ++i) Submit(i * 10, 10);
  RunUntilSettled();
  EXPECT_EQ(store.size(), 600u);
  EXPECT_EQ(counters_.delivered.value(), 600u);
}

TEST_F(ElasticsearchSinkTest, ASilentEndpointIsGivenUpForAnother) {
  Store store;
  HttpBulkServer silent([](const ReceivedRequest&) { return Reply{200, "", ReplyFate::kNever}; });
  HttpBulkServer server([&](const ReceivedRequest& request) {
    return Reply{200, store.Create(request.body)};
  });
  UniqueFd holder;
  const std::string refusing = "http://127.0.0.1:" + std::to_string(RefusingPort(holder));
  options_.timeout = milliseconds(200);
  Open({refusing, silent.url(), server.url()});
  for (uint64_t i = 0; i < 20; ++i) Submit(i, 1);
  RunUntilSettled();
  EXPECT_EQ(store.size(), 20u);
}

TEST_F(ElasticsearchSinkTest, ManyRequestsAreUnderWayAndAnsweredInAnyOrder) {
  Store store;
  constexpr size_t kAtOnce = 8;
  size_t bulks = 0;
  HttpBulkServer server([&](const ReceivedRequest& request) {
    ++bulks;
    return Reply{200, store.Create(request.body)};
  });
  options_.max_in_flight = kAtOnce;
  Open({server.url()});
  // Until its window is as wide as it gets, even when the machine was slow at times.
  constexpr uint64_t kWarmUp = 100;
  for (uint64_t i = 0; i < kWarmUp; ++i) Submit(1000 + i, 1);
  RunUntilSettled();
  {
    const std::lock_guard lock(server.mutex());
    bulks = 0;
    server.HoldAnswers(kAtOnce);
  }
  for (uint64_t i = 0; i < kAtOnce; ++i) Submit(i, 1);
  RunUntilSettled();
  EXPECT_EQ(store.size(), kAtOnce + kWarmUp);
  EXPECT_EQ(bulks, kAtOnce);
}

TEST_F(ElasticsearchSinkTest, AnswersOfEverySizeAreTaken) {
  HttpBulkServer server([](const ReceivedRequest& request) {
    std::vector<int> statuses(NumbersOf(request.body).size(), 201);
    statuses[0] = 409;  // So that it is parsed.
    return Reply{200, BulkAnswer(statuses)};
  });
  Open({server.url()});
  Submit(0, 30000);
  RunUntilSettled();
  EXPECT_EQ(counters_.delivered.value(), 30000u);
}

TEST_F(ElasticsearchSinkTest, ABellEndsAPoll) {
  const UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  wake_fd_ = wake.get();
  HttpBulkServer server([](const ReceivedRequest&) { return Reply{}; });
  Open({server.url()});
  for (int i = 0; i < 3; ++i) {
    const uint64_t one = 1;
    ASSERT_EQ(write(wake.get(), &one, sizeof(one)), static_cast<ssize_t>(sizeof(one)));
    sink_->Poll(std::chrono::hours(1));
  }
}

TEST_F(ElasticsearchSinkTest, DrainWaitsForWhatIsUnderWayAndGivesUpTheRest) {
  HttpBulkServer server([](const ReceivedRequest& request) {
    const bool never = NumbersOf(request.body)[0] >= 10;
    return Reply{200, AllCreated(1), never ? ReplyFate::kNever : ReplyFate::kWhole};
  });
  Open({server.url()});
  for (uint64_t i = 0; i < 4; ++i) Submit(i, 1);
  sink_->Drain(clock_.Now() + seconds(60));
  ledger_.ExpectAllSettled();

  Open({server.url()});
  Submit(4, 1);
  Submit(10, 1);
  sink_->Drain(clock_.Now() + milliseconds(300));
  EXPECT_EQ(counters_.delivered.value(), 5u);
  EXPECT_FALSE(ledger_.all_settled());
}

TEST_F(ElasticsearchSinkTest, DrainDoesNotWaitOutABackoffThatEndsLater) {
  UniqueFd holder;
  options_.retry_min = std::chrono::hours(1);
  options_.retry_max = std::chrono::hours(1);
  Open({"http://127.0.0.1:" + std::to_string(RefusingPort(holder))});
  Submit(0, 1);
  RunUntil([&] { return sink_->down_reason() != ""; });
  const MonotonicTime start = clock_.Now();
  sink_->Drain(start + std::chrono::minutes(10));
  EXPECT_LT(clock_.Now() - start, std::chrono::minutes(5));
  EXPECT_EQ(ledger_.settlements(), 0u);
}

TEST_F(ElasticsearchSinkTest, RefusesOptionsThatCannotWork) {
  const auto code = [&](const std::function<void(ElasticsearchOptions&)>& spoil) {
    ElasticsearchOptions options;
    options.endpoints = {"http://127.0.0.1:9200"};
    spoil(options);
    return ElasticsearchSink::Open(options, {"es", &counters_, -1, &clock_}, ledger_.Into())
        .status()
        .code();
  };
  EXPECT_EQ(code([](auto&) {}), absl::StatusCode::kOk);
  EXPECT_EQ(code([](auto& o) { o.endpoints.clear(); }), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code([](auto& o) { o.endpoints = {"ftp://x"}; }), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code([](auto& o) { o.max_in_flight = 0; }), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code([](auto& o) { o.retry_min = milliseconds(0); }),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code([](auto& o) { o.retry_max = milliseconds(1); }),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code([](auto& o) { o.start_jitter = milliseconds(-1); }),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code([](auto& o) { o.timeout = milliseconds(0); }), absl::StatusCode::kInvalidArgument);
}

// A client that is given up: every item is delivered or returned, and every reference named once.
TEST_F(ElasticsearchSinkTest, GivenUpItReturnsWhatIsUnderWayRefusedOrNeverSent) {
  HttpBulkServer server([](const ReceivedRequest& request) {
    const std::vector<uint64_t> numbers = NumbersOf(request.body);
    if (numbers[0] >= 100) return Reply{200, AllCreated(numbers.size()), ReplyFate::kNever};
    std::vector<int> statuses;
    for (const uint64_t number : numbers) statuses.push_back(number % 2 == 0 ? 201 : 503);
    return Reply{200, BulkAnswer(statuses)};
  });
  options_.endpoints = {server.url()};
  std::vector<Settlement> settlements;
  auto opened = ElasticsearchSink::Open(
      options_, {"es", &counters_, wake_fd_, &clock_},
      [&](size_t, Settlement settlement) { settlements.push_back(std::move(settlement)); });
  ASSERT_TRUE(opened.ok()) << opened.status();
  sink_ = *std::move(opened);
  size_t entered = 0;
  const auto submit = [&](uint64_t first, uint64_t count) {
    PayloadPtr payload = MakeBulkPayload(first, count);
    entered += payload->ranges.size();
    while (!sink_->TrySubmit(0, payload)) sink_->Poll(milliseconds(50));
  };
  submit(0, 10);
  RunUntil([&] { return counters_.delivered.value() == 5; });
  submit(100, 3);
  submit(200, 2);
  sink_->GiveUp(clock_.Now() + milliseconds(200));
  EXPECT_TRUE(sink_->idle());
  std::multiset<uint64_t> returned;
  size_t released = 0;
  for (const Settlement& settlement : settlements) {
    released += settlement.released.size();
    if (settlement.returned == nullptr) continue;
    for (const uint64_t number : NumbersOf(settlement.returned->bytes.view())) {
      returned.insert(number);
    }
  }
  EXPECT_THAT(returned, ElementsAre(1, 3, 5, 7, 9, 100, 101, 102, 200, 201));
  EXPECT_EQ(released, entered);
  EXPECT_EQ(counters_.delivered.value(), 5u);
}

}  // namespace
}  // namespace tailrace
