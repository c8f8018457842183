#include "agent/pipeline/lane.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace tailrace {
namespace {

constexpr size_t kWorkers = 3;

// What the test has set down for the client to do, and what the client was given.
struct Script {
  size_t window = 1;          // Payloads at a time.
  size_t settle_max = 1;      // Of these, how many a Poll settles; 0: the sink is down.
  std::vector<size_t> taken;  // Workers, in the order of their payloads.
};

class ScriptedClient final : public SinkClient {
 public:
  explicit ScriptedClient(Script& script) : script_(script) {}
  void SetLane(Lane* lane) { lane_ = lane; }

  bool TrySubmit(size_t worker, PayloadPtr& payload) override {
    if (held_.size() >= script_.window) return false;
    script_.taken.push_back(worker);
    held_.emplace_back(worker, std::move(payload));
    return true;
  }
  void Poll(std::chrono::milliseconds) override {
    for (size_t n = script_.settle_max; n > 0 && !held_.empty(); --n) {
      Settlement settlement;
      settlement.delivered_items = 1;
      settlement.recycled = std::move(held_.front().second);
      lane_->Settle(held_.front().first, std::move(settlement));
      held_.erase(held_.begin());
    }
  }
  void Drain(MonotonicTime) override { ++drains; }
  bool idle() const override { return held_.empty(); }
  std::string down_reason() const override { return script_.settle_max == 0 ? "down" : ""; }

  int drains = 0;

 private:
  Script& script_;
  Lane* lane_ = nullptr;
  std::vector<std::pair<size_t, PayloadPtr>> held_;
};

// A lane with its rings; the test plays the workers.
class LaneTest : public testing::Test {
 protected:
  void Build(Script script) {
    script_ = std::move(script);
    auto client = std::make_unique<ScriptedClient>(script_);
    client_ = client.get();
    std::vector<LanePort> ports;
    for (size_t i = 0; i < kWorkers; ++i) {
      wires_.push_back(std::make_unique<Wires>());
      ports.push_back({&wires_[i]->payloads, &wires_[i]->settlements, &wires_[i]->end, &bell_});
    }
    lane_ = std::make_unique<Lane>(std::move(client), ports, lane_bell_, clock_, heartbeat_);
    client_->SetLane(lane_.get());
  }
  void Push(size_t worker, size_t payloads) {
    for (; payloads > 0; --payloads) {
      PayloadPtr payload = std::make_unique<Payload>();
      ASSERT_TRUE(wires_[worker]->payloads.TryPush(payload));
    }
  }
  void EndAll(MonotonicTime drain_by) {
    for (auto& wires : wires_) wires->end.Set(drain_by);
    lane_bell_.Ring();
  }
  size_t Settlements(size_t worker) {
    size_t count = 0;
    while (wires_[worker]->settlements.TryPop()) ++count;
    return count;
  }

  // Payloads that came back; taken once.
  size_t Returned(size_t worker) {
    while (std::optional<Settlement> settlement = wires_[worker]->settlements.TryPop()) {
      if (settlement->returned != nullptr) ++returned_[worker];
    }
    return returned_[worker];
  }

  struct Wires {
    SpscRing<PayloadPtr> payloads{8};
    SpscRing<Settlement> settlements{64};
    LaneEnd end;
  };
  SystemClock clock_;
  Script script_;
  Heartbeat heartbeat_{"lane"};
  Doorbell lane_bell_, bell_;
  std::vector<std::unique_ptr<Wires>> wires_;
  std::map<size_t, size_t> returned_;
  ScriptedClient* client_ = nullptr;
  std::unique_ptr<Lane> lane_;
};

TEST_F(LaneTest, ServesWorkersInTurnsWhenTheSinkIsSlow) {
  Build({});
  Push(0, 8);
  Push(1, 8);
  Push(2, 2);
  EndAll(clock_.Now() + std::chrono::hours(1));
  lane_->Run();
  EXPECT_EQ(Settlements(0), 8u);
  EXPECT_EQ(Settlements(1), 8u);
  EXPECT_EQ(Settlements(2), 2u);
  // While all of them have some, none waits for more than its turn.
  std::map<size_t, int> first_six;
  for (size_t i = 0; i < 6; ++i) ++first_six[script_.taken[i]];
  EXPECT_EQ(first_six, (std::map<size_t, int>{{0, 2}, {1, 2}, {2, 2}}));
}

TEST_F(LaneTest, EndsAtTheDeadlineWithADownSinkAndAFullRing) {
  Script script;
  script.settle_max = 0;
  Build(script);
  Push(0, 8);
  EndAll(clock_.Now() + std::chrono::milliseconds(20));
  lane_->Run();  // Returns.
  EXPECT_EQ(client_->drains, 1);
  EXPECT_EQ(Settlements(0), 0u);
  EXPECT_EQ(lane_->health().down_reason(), "down");
}

TEST_F(LaneTest, GoesOnUntilTheLastWorkerHasEnded) {
  Script script;
  script.window = script.settle_max = 4;
  Build(script);
  std::thread lane([this] { lane_->Run(); });
  const MonotonicTime late = clock_.Now() + std::chrono::hours(1);
  wires_[0]->end.Set(late);
  wires_[1]->end.Set(late);
  lane_bell_.Ring();
  for (int i = 0; i < 20; ++i) {
    PayloadPtr payload = std::make_unique<Payload>();
    while (!wires_[2]->payloads.TryPush(payload)) std::this_thread::yield();
    lane_bell_.Ring();
  }
  wires_[2]->end.Set(late);
  lane_bell_.Ring();
  lane.join();
  EXPECT_EQ(Settlements(2), 20u);
}

TEST_F(LaneTest, GivesBackToEachWorkerWhatItHasNotSubmitted) {
  Script script;
  script.settle_max = 0;
  Build(script);
  Push(0, 3);
  Push(1, 2);
  const MonotonicTime soon = clock_.Now() + std::chrono::milliseconds(20);
  for (auto& wires : wires_) wires->end.Set(soon, LaneFate::kGiveBack);
  lane_->Run();                   // Returns.
  EXPECT_EQ(client_->drains, 1);  // As GiveUp does it by default; it keeps its one payload.
  EXPECT_EQ(Returned(0) + Returned(1), 4u);
  EXPECT_EQ(Returned(2), 0u);
  for (auto& wires : wires_) EXPECT_TRUE(wires->end.finished());
}

TEST_F(LaneTest, AnEarlierDeadlineThatIsNamedLaterHolds) {
  Script script;
  script.settle_max = 0;
  Build(script);
  Push(0, 1);
  EndAll(clock_.Now() + std::chrono::hours(1));
  std::thread lane([this] { lane_->Run(); });
  EndAll(clock_.Now());
  lane.join();  // Returns.
  EXPECT_EQ(client_->drains, 1);
}

}  // namespace
}  // namespace tailrace
