// Deliveries before a model of a cluster that does at random whatever a cluster may do, in
// simulated time: at the end every good document is stored once, every bad one is rejected, and
// every reference and charge is back.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "agent/base/strings.h"
#include "sinks/bulk_delivery.h"
#include "sinks/bulk_lookup.h"
#include "tests/sinks/bulk_payloads.h"
#include "tests/sinks/fake_bulk_server.h"

namespace tailrace {
namespace {

constexpr char kUnreadable[] =
    R"({"error":{"type":"x_content_parse_exception","reason":"scripted"},"status":400})";

struct Troubles {
  uint64_t whole = 0;      // Of 100 requests: answered with a status of trouble.
  uint64_t ambiguous = 0;  // ... not answered, half of them applied.
  uint64_t item = 0;       // Of 100 items: refused for now.
  uint64_t rollover = 0;   // Of 100 events: the data stream rolls over.
  size_t most_items = 1000;
};

bool IsRefused(uint64_t number) { return number % 31 == 7; }     // An item's 400.
bool IsUnreadable(uint64_t number) { return number % 53 == 9; }  // A whole 400.

class ModelCluster {
 public:
  ModelCluster(const Troubles& troubles, uint64_t seed) : troubles_(troubles), random_(seed) {}

  // One of the requests, at random, comes to its end.
  void EndOne(FakeBulkServer& server) {
    // Not more in all than a look-up goes back.
    if (indices_.size() < BulkLookup::kIndicesMax && Hits(troubles_.rollover)) {
      indices_.emplace_back();
    }
    std::swap(server.requests.front(), server.requests[random_() % server.requests.size()]);
    const BulkRequest& request = server.requests.front().request;
    if (Hits(troubles_.whole)) {
      constexpr int kStatuses[] = {401, 403, 404, 429, 500, 502, 503, 504, 302, 200};
      const int status = kStatuses[random_() % std::size(kStatuses)];
      // Who may not look something up gives up; that is not what this is about.
      const bool bulk = request.target.starts_with("/_bulk");
      if (bulk || (status != 403 && status != 404)) return server.Answer(status, "<html>");
    }
    if (Hits(troubles_.ambiguous)) {
      if (Hits(50)) Apply(request);
      return server.Fail(HttpOutcome::kAmbiguous, Hits(30));
    }
    if (Hits(troubles_.ambiguous)) return server.Fail(HttpOutcome::kNotSent, Hits(30));
    const auto [status, body] = Apply(request);
    server.Answer(status, body);
  }

  void ExpectStoredOnce(uint64_t documents) const {
    std::map<uint64_t, int> stored;
    for (const std::set<uint64_t>& index : indices_) {
      for (const uint64_t number : index) ++stored[number];
    }
    for (uint64_t n = 0; n < documents; ++n) {
      const int expected = IsRefused(n) || IsUnreadable(n) ? 0 : 1;
      EXPECT_EQ(stored[n], expected) << "document " << n;
    }
  }

 private:
  bool Hits(uint64_t percent) { return random_() % 100 < percent; }

  std::pair<int, std::string> Apply(const BulkRequest& request) {
    if (request.target.starts_with("/_data_stream/")) return {200, Indices()};
    const size_t mget = request.target.find("/_mget");
    if (mget != std::string::npos)
      return {200, Found(request.target.substr(0, mget), request.body)};
    const std::vector<uint64_t> numbers = NumbersOf(request.body);
    if (numbers.size() > troubles_.most_items) return {413, ""};
    if (std::ranges::any_of(numbers, IsUnreadable)) return {400, kUnreadable};
    std::vector<int> statuses;
    for (const uint64_t number : numbers) {
      constexpr int kRefusals[] = {429, 503, 403, 404};
      if (IsRefused(number)) {
        statuses.push_back(400);
      } else if (Hits(troubles_.item)) {
        statuses.push_back(kRefusals[random_() % std::size(kRefusals)]);
      } else {
        statuses.push_back(indices_.back().insert(number).second ? 201 : 409);
      }
    }
    return {200, BulkAnswer(statuses)};
  }

  static std::string NameOf(size_t index) {
    return Concat({".ds-logs-a-2026.01.01-", std::to_string(index)});
  }

  std::string Indices() const {
    std::string body = R"({"data_streams":[{"indices":[)";
    for (size_t i = 0; i < indices_.size(); ++i) {
      if (i > 0) body += ',';
      body += Concat({R"({"index_name":")", NameOf(i), "\"}"});
    }
    return body + "]}]}";
  }

  std::string Found(std::string_view path, std::string_view ids) const {
    std::string body = R"({"docs":[)";
    for (size_t i = 0; i < indices_.size(); ++i) {
      if (path.substr(1) != NameOf(i)) continue;
      for (const uint64_t number : indices_[i]) {
        if (ids.find(IdOf(number)) == std::string_view::npos) continue;
        if (body.back() != '[') body += ',';
        body += Concat({R"({"_id":")", IdOf(number), R"(","found":true})"});
      }
    }
    return body + "]}";
  }

  const Troubles troubles_;
  std::mt19937_64 random_;
  std::vector<std::set<uint64_t>> indices_ = {{}};
};

void RunModel(const Troubles& troubles, uint64_t seed) {
  std::mt19937_64 random(seed);
  ManualClock clock;
  MetricRegistry registry;
  SinkCounters counters(registry, "es");
  FakeBulkServer server;
  BulkLedger ledger;
  ElasticsearchOptions options;
  options.endpoints = {"http://a:9200", "http://b:9200"};
  options.data_stream = true;
  options.max_in_flight = 1 + static_cast<int>(random() % 6);
  BulkDelivery delivery(options, {"es", &counters, &clock, &server}, seed, ledger.Into());
  ModelCluster cluster(troubles, seed);
  constexpr uint64_t kDocuments = 200;
  uint64_t next = 0;
  PayloadPtr payload;
  for (int step = 0; next < kDocuments || payload != nullptr || !delivery.idle(); ++step) {
    ASSERT_LT(step, 200000) << "it does not end";
    if (payload == nullptr && next < kDocuments) {
      const uint64_t count = std::min<uint64_t>(1 + random() % 30, kDocuments - next);
      payload = MakeBulkPayload(next, count);
      next += count;
      ledger.Enter(*payload);
    }
    if (payload != nullptr && delivery.TrySubmit(0, payload)) payload = nullptr;
    delivery.SendDue();
    ASSERT_LE(delivery.in_flight(), static_cast<size_t>(options.max_in_flight));
    while (!server.greetings.empty()) server.Greet(200, R"({"version":{"number":"8.1.0"}})");
    clock.Advance(std::chrono::milliseconds(random() % 20));
    if (!server.requests.empty()) {
      cluster.EndOne(server);
    } else if (delivery.NextDue() != MonotonicTime::max()) {
      clock.Advance(std::max(delivery.NextDue() - clock.Now(), MonotonicTime::duration(0)));
    }
  }
  cluster.ExpectStoredOnce(kDocuments);
  ledger.ExpectAllSettled();
  for (uint64_t n = 0; n < kDocuments; ++n) {
    EXPECT_EQ(ledger.rejected().contains(n), IsRefused(n) || IsUnreadable(n)) << n;
  }
}

TEST(BulkModel, EveryDocumentIsStoredOnceOrRejectedWhateverTheClusterDoes) {
  constexpr Troubles kMixes[] = {
      {},
      {.whole = 20},
      {.ambiguous = 20},
      {.ambiguous = 20, .rollover = 5},
      {.item = 30},
      {.most_items = 7},
      {.whole = 10, .ambiguous = 10, .item = 20, .rollover = 3},
      {.whole = 40, .ambiguous = 20, .item = 60, .rollover = 3, .most_items = 20}};
  // Sinks that wait say so on the log, thousands of times in simulated time.
  SetLogLevel(LogLevel::kError);
  for (const Troubles& troubles : kMixes) {
    for (uint64_t seed = 0; seed < 8; ++seed) {
      SCOPED_TRACE(
          Concat({"mix ", std::to_string(&troubles - kMixes), ", seed ", std::to_string(seed)}));
      RunModel(troubles, seed);
      if (HasFailure()) return;
    }
  }
  SetLogLevel(LogLevel::kInfo);
}

}  // namespace
}  // namespace tailrace
