// BulkDelivery before a FakeBulkServer, with a clock that stands still until the test moves it.
//
// Threads    One test thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sinks/bulk_delivery.h"
#include "tests/sinks/bulk_payloads.h"
#include "tests/sinks/fake_bulk_server.h"

namespace tailrace {

class BulkDeliveryTest : public testing::Test {
 protected:
  static constexpr char kElastic8[] = R"({"version":{"number":"8.15.0","build_flavor":"default"}})";
  static constexpr char kElastic400[] =
      R"({"error":{"type":"x_content_parse_exception","reason":"scripted"},"status":400})";

  BulkDeliveryTest() {
    options_.endpoints = {"http://a:9200"};
    options_.retry_min = std::chrono::milliseconds(100);
    options_.retry_max = std::chrono::milliseconds(1000);
  }

  void Make() {
    delivery_ = std::make_unique<BulkDelivery>(
        options_, BulkDelivery::Links{"es", &counters_, &clock_, &server_}, 7, ledger_.Into());
  }
  // Makes it, and the server known and its window wide.
  void MakeAcquainted() {
    Make();
    for (int i = 0; i < 6; ++i) {
      Submit(900000 + static_cast<uint64_t>(i), 1);
      delivery_->SendDue();
      server_.Answer(200, AllCreated(1));
      if (!server_.greetings.empty()) server_.Greet(200, kElastic8);
    }
    warm_up_ = ledger_.delivered();
  }

  bool Submit(uint64_t first, uint64_t count, std::string_view index = "logs-a") {
    PayloadPtr payload = MakeBulkPayload(first, count, index);
    const Payload* const raw = payload.get();
    BulkLedger copy = ledger_;
    ledger_.Enter(*raw);
    if (delivery_->TrySubmit(0, payload)) return true;
    ledger_ = copy;
    return false;
  }
  // Submits and sends.
  void Start(uint64_t first, uint64_t count, std::string_view index = "logs-a") {
    ASSERT_TRUE(Submit(first, count, index));
    delivery_->SendDue();
  }

  // Waits for what is due next and sends it. Returns how long that took.
  std::chrono::nanoseconds Wait() {
    const MonotonicTime due = delivery_->NextDue();
    EXPECT_NE(due, MonotonicTime::max()) << "nothing will ever happen";
    const auto wait = std::max(due - clock_.Now(), MonotonicTime::duration(0));
    clock_.Advance(wait);
    delivery_->SendDue();
    return wait;
  }
  // Waits until there is a request.
  void AwaitRequest() {
    for (int i = 0; i < 100 && server_.requests.empty(); ++i) Wait();
    ASSERT_FALSE(server_.requests.empty());
  }

  std::vector<uint64_t> Sent(size_t request = 0) const {
    return NumbersOf(server_.requests.at(request).request.body);
  }
  uint64_t delivered() const { return ledger_.delivered() - warm_up_; }

  ElasticsearchOptions options_;
  MetricRegistry registry_;
  SinkCounters counters_{registry_, "es"};
  ManualClock clock_;
  FakeBulkServer server_;
  BulkLedger ledger_;
  std::unique_ptr<BulkDelivery> delivery_;
  uint64_t warm_up_ = 0;
};

}  // namespace tailrace
