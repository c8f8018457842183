// 200 agents that are started at once, each with a backlog, before one cluster, in simulated time:
// how many requests a second come, and how many of them are refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "agent/base/log.h"
#include "sinks/bulk_delivery.h"
#include "tests/sinks/bulk_payloads.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kLanes = 200;
constexpr int kPayloadsALane = 60;
constexpr uint64_t kItems = 3;

// Serves kAtOnce requests at a time, 100 ms each, holds kQueue more, and refuses what goes beyond.
class BusyCluster {
 public:
  static constexpr size_t kAtOnce = 40;
  static constexpr size_t kQueue = 100;
  static constexpr int kPerSecond = 400;  // What it can serve.

  explicit BusyCluster(ManualClock& clock) : clock_(clock), begin_(clock.Now()) {
    for (size_t i = 0; i < kAtOnce; ++i) slots_.push(begin_);
  }

  void Arrive(HttpDoneFn done, bool is_bulk) {
    if (!is_bulk) return End(milliseconds(1), 200, "{}", std::move(done));
    ++Second(arrived_);
    if (down_ || serving_ >= kAtOnce + kQueue) {
      ++Second(refused_);
      return End(milliseconds(2), down_ ? 503 : 429, "", std::move(done));
    }
    // First come, first served, by whichever of the slots is free first.
    const MonotonicTime start = std::max(slots_.top(), clock_.Now());
    slots_.pop();
    const MonotonicTime end = start + milliseconds(80 + random_() % 40);
    slots_.push(end);
    ++serving_;
    ends_.push({end, ++sequence_, 200, AllCreated(kItems),
                std::make_shared<HttpDoneFn>(std::move(done)), true});
  }

  MonotonicTime NextEnd() const { return ends_.empty() ? MonotonicTime::max() : ends_.top().at; }
  void EndDue() {
    while (!ends_.empty() && ends_.top().at <= clock_.Now()) {
      Ending ending = ends_.top();
      ends_.pop();
      serving_ -= ending.served ? 1 : 0;
      served_ += ending.served ? 1 : 0;
      HttpResult result;
      result.outcome = HttpOutcome::kAnswered;
      result.answer.status = ending.status;
      result.answer.body = std::move(ending.body);
      (*ending.done)(std::move(result));
    }
  }

  void set_down(bool down) { down_ = down; }
  int served() const { return served_; }
  const std::vector<int>& arrived() const { return arrived_; }
  const std::vector<int>& refused() const { return refused_; }

 private:
  struct Ending {
    MonotonicTime at;
    uint64_t sequence;
    int status;
    std::string body;
    std::shared_ptr<HttpDoneFn> done;  // The queue copies.
    bool served;
    bool operator>(const Ending& other) const {
      return std::tie(at, sequence) > std::tie(other.at, other.sequence);
    }
  };

  void End(milliseconds after, int status, std::string body, HttpDoneFn done) {
    ends_.push({clock_.Now() + after, ++sequence_, status, std::move(body),
                std::make_shared<HttpDoneFn>(std::move(done)), false});
  }
  int& Second(std::vector<int>& counts) {
    const auto second = static_cast<size_t>((clock_.Now() - begin_) / seconds(1));
    if (counts.size() <= second) counts.resize(second + 1);
    return counts[second];
  }

  ManualClock& clock_;
  const MonotonicTime begin_;
  std::mt19937_64 random_{1};
  std::priority_queue<MonotonicTime, std::vector<MonotonicTime>, std::greater<>> slots_;
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> ends_;
  uint64_t sequence_ = 0;
  size_t serving_ = 0;  // And queued.
  int served_ = 0;
  bool down_ = false;
  std::vector<int> arrived_;
  std::vector<int> refused_;
};

class Lane final : public BulkTransport {
 public:
  Lane(const ElasticsearchOptions& options, SinkCounters& counters, ManualClock& clock,
       BusyCluster& cluster, uint64_t seed)
      : cluster_(cluster),
        delivery_(options, {"es", &counters, &clock, this}, seed, [](size_t, Settlement) {}) {}

  absl::Status Send(const BulkRequest& request, HttpDoneFn done) override {
    cluster_.Arrive(std::move(done), request.target != "/");
    return absl::OkStatus();
  }
  void Work() {
    while (left_ > 0) {
      if (payload_ == nullptr) payload_ = MakeBulkPayload(0, kItems);
      if (!delivery_.TrySubmit(0, payload_)) break;
      --left_;
    }
    delivery_.SendDue();
  }
  bool done() const { return left_ == 0 && delivery_.idle(); }
  const BulkDelivery& delivery() const { return delivery_; }

 private:
  BusyCluster& cluster_;
  int left_ = kPayloadsALane;
  PayloadPtr payload_;
  BulkDelivery delivery_;
};

struct Fleet {
  explicit Fleet(milliseconds start_jitter) {
    ElasticsearchOptions options;
    options.endpoints = {"http://a:9200"};
    options.start_jitter = start_jitter;
    for (size_t i = 0; i < kLanes; ++i) {
      lanes.push_back(std::make_unique<Lane>(options, counters, clock, cluster, i * 7919));
    }
  }

  // Until all is delivered. Returns the seconds that it took.
  int Run(seconds down_for = seconds(0)) {
    const MonotonicTime begin = clock.Now();
    cluster.set_down(down_for.count() > 0);
    while (!std::ranges::all_of(lanes, [](const auto& lane) { return lane->done(); })) {
      MonotonicTime next = cluster.NextEnd();
      for (const auto& lane : lanes) {
        lane->Work();
        next = std::min(next, lane->delivery().NextDue());
      }
      next = std::min(next, cluster.NextEnd());
      if (next == MonotonicTime::max()) {
        ADD_FAILURE() << "nothing will ever happen";
        return 0;
      }
      // Steps of a millisecond: what is due at nearly the same time is looked at together.
      clock.Advance(std::max<std::chrono::nanoseconds>(next - clock.Now(), milliseconds(1)));
      if (clock.Now() - begin >= down_for) cluster.set_down(false);
      cluster.EndDue();
    }
    return static_cast<int>((clock.Now() - begin) / seconds(1)) + 1;
  }

  void Print(const char* title) const {
    std::printf("%s: requests a second (refused), a cluster that serves %d\n", title,
                BusyCluster::kPerSecond);
    for (size_t second = 0; second < cluster.arrived().size(); ++second) {
      const int refused = second < cluster.refused().size() ? cluster.refused()[second] : 0;
      if (second % 10 == 0) std::printf("%s%4zu s:", second > 0 ? "\n" : "", second);
      std::printf(" %4d (%d)", cluster.arrived()[second], refused);
    }
    std::printf("\n");
  }

  MetricRegistry registry;
  SinkCounters counters{registry, "es"};
  ManualClock clock;
  BusyCluster cluster{clock};
  std::vector<std::unique_ptr<Lane>> lanes;
};

int Sum(const std::vector<int>& counts) {
  int sum = 0;
  for (const int count : counts) sum += count;
  return sum;
}

constexpr int kRequests = kPayloadsALane * static_cast<int>(kLanes);
constexpr int kIdealSeconds = kRequests / BusyCluster::kPerSecond;

TEST(Fleet, ARestartOfAllAgentsAtOnceIsNoStampede) {
  SetLogLevel(LogLevel::kError);
  Fleet fleet(seconds(1));
  const int took = fleet.Run();
  SetLogLevel(LogLevel::kInfo);
  fleet.Print("200 agents restarted at once");
  EXPECT_EQ(fleet.cluster.served(), kRequests);
  // In no second more than twice what the cluster serves, also in the first.
  EXPECT_LE(*std::ranges::max_element(fleet.cluster.arrived()), 2 * BusyCluster::kPerSecond);
  EXPECT_LE(Sum(fleet.cluster.refused()), kRequests / 4);
  EXPECT_LE(took, 2 * kIdealSeconds);
}

TEST(Fleet, ComesBackGentlyAfterAnOutage) {
  SetLogLevel(LogLevel::kError);
  Fleet fleet(seconds(1));
  constexpr int kDown = 60;
  const int took = fleet.Run(seconds(kDown));
  SetLogLevel(LogLevel::kInfo);
  fleet.Print("200 agents, the cluster down for the first 60 s");
  EXPECT_EQ(fleet.cluster.served(), kRequests);
  EXPECT_LE(*std::ranges::max_element(fleet.cluster.arrived()), 2 * BusyCluster::kPerSecond);
  // An attempt an agent and backoff: with at most 30 s in between, few in a second.
  for (size_t second = 20; second < kDown; ++second) {
    EXPECT_LE(fleet.cluster.arrived()[second], static_cast<int>(kLanes) / 4) << second;
  }
  EXPECT_LE(took, kDown + 30 + 2 * kIdealSeconds);
}

}  // namespace
}  // namespace tailrace
