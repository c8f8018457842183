// Payloads of `_bulk` items for tests, and a ledger that sees whether each of their items, ranges
// and charged bytes comes back exactly once.
//
// Threads    One test thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/payload.h"
#include "sinks/sink_client.h"

namespace tailrace {

// {"n":FIRST} ..., each with the id that IdOf gives it, for `index`.
PayloadPtr MakeBulkPayload(uint64_t first, uint64_t count, std::string_view index = "logs-a");
std::string IdOf(uint64_t number);

// The numbers of the documents in a request's body, in order. "" ends it; anything that is no whole
// item is a failure.
std::vector<uint64_t> NumbersOf(std::string_view body);
// {"errors":...,"items":[...]} with these statuses.
std::string BulkAnswer(const std::vector<int>& statuses);
std::string AllCreated(size_t items);

class BulkLedger {
 public:
  // The payload is on its way.
  void Enter(const Payload& payload);
  SettleFn Into();

  // Checks that all that entered is back.
  void ExpectAllSettled() const;
  uint64_t delivered() const { return delivered_; }
  const std::map<uint64_t, std::string>& rejected() const { return rejected_; }  // Reasons.
  uint64_t settlements() const { return settlements_; }
  bool all_settled() const { return delivered_ + rejected_.size() == entered_; }

 private:
  void Take(Settlement settlement);

  uint64_t entered_ = 0;
  uint64_t delivered_ = 0;
  uint64_t settlements_ = 0;
  std::map<uint64_t, std::string> rejected_;
  std::map<uint64_t, int> open_ranges_;  // By number: how often it is held.
  int64_t charged_bytes_ = 0;
};

}  // namespace tailrace
