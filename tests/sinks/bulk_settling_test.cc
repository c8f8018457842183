#include "sinks/bulk_settling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/sinks/bulk_payloads.h"

namespace tailrace {
namespace {

using testing::ElementsAre;

ItemVerdict Verdict(ItemFate fate) { return {fate, 0, fate == ItemFate::kDelivered ? "" : "why"}; }

std::vector<ItemVerdict> Verdicts(std::initializer_list<ItemFate> fates) {
  std::vector<ItemVerdict> verdicts;
  for (const ItemFate fate : fates) verdicts.push_back(Verdict(fate));
  return verdicts;
}

constexpr ItemFate kDelivered = ItemFate::kDelivered;
constexpr ItemFate kRetry = ItemFate::kRetry;
constexpr ItemFate kTooLarge = ItemFate::kTooLarge;
constexpr ItemFate kRejected = ItemFate::kRejected;

TEST(BulkSettling, MovesWhatIsRefusedToAJobOfItsOwnAndFreesTheRest) {
  BulkLedger ledger;
  SettleFn settle = ledger.Into();
  PayloadPtr payload = MakeBulkPayload(0, 4);
  ledger.Enter(*payload);
  BulkOutcome outcome = SettleVerdicts(MakeBulkJob(3, std::move(payload)),
                                       Verdicts({kDelivered, kRetry, kRejected, kRetry}));
  EXPECT_EQ(outcome.worker, 3u);
  EXPECT_EQ(outcome.delivered_bytes, std::string_view("{\"n\":0}\n").size());
  EXPECT_THAT(NumbersOf(outcome.refused->payload->bytes.view()), ElementsAre(1, 3));
  EXPECT_TRUE(outcome.smaller.empty());
  EXPECT_TRUE(outcome.settlement.released.empty());  // Item 1 needs the range of 0 and 2.
  BulkJobPtr refused = std::move(outcome.refused);
  settle(3, std::move(outcome.settlement));
  outcome = SettleDelivered(std::move(refused));
  EXPECT_EQ(outcome.worker, 3u);
  settle(3, std::move(outcome.settlement));
  ledger.ExpectAllSettled();
  EXPECT_THAT(ledger.rejected(), ElementsAre(testing::Pair(2, "why")));
}

TEST(BulkSettling, AllRefusedIsTheSameJobAgain) {
  BulkJobPtr job = MakeBulkJob(0, MakeBulkPayload(0, 2));
  const BulkJob* const raw = job.get();
  const BulkOutcome outcome = SettleVerdicts(std::move(job), Verdicts({kRetry, kRetry}));
  EXPECT_EQ(outcome.refused.get(), raw);
  EXPECT_FALSE(outcome.has_settlement());
}

TEST(BulkSettling, TooLargeIsHalvedWhenAllAreAndRejectedWhenItIsAlone) {
  BulkOutcome outcome = SettleVerdicts(MakeBulkJob(0, MakeBulkPayload(0, 3)),
                                       Verdicts({kTooLarge, kDelivered, kTooLarge}));
  ASSERT_EQ(outcome.smaller.size(), 1u);
  BulkJobPtr both = std::move(outcome.smaller[0]);
  EXPECT_THAT(NumbersOf(both->payload->bytes.view()), ElementsAre(0, 2));
  outcome = SettleVerdicts(std::move(both), Verdicts({kTooLarge, kTooLarge}));
  ASSERT_EQ(outcome.smaller.size(), 2u);
  EXPECT_FALSE(outcome.has_settlement());
  EXPECT_THAT(NumbersOf(outcome.smaller[1]->payload->bytes.view()), ElementsAre(0));
  outcome = SettleVerdicts(std::move(outcome.smaller[1]), Verdicts({kTooLarge}));
  EXPECT_EQ(outcome.settlement.rejected.size(), 1u);
  EXPECT_TRUE(outcome.smaller.empty());
}

TEST(BulkSettling, WhatWasFoundIsDeliveredAndTheRestGoesOn) {
  BulkLedger ledger;
  SettleFn settle = ledger.Into();
  for (const std::vector<size_t>& found :
       {std::vector<size_t>{}, {0}, {0, 3}, {1, 2}, {0, 1, 2, 3}}) {
    PayloadPtr payload = MakeBulkPayload(0, 4);
    ledger.Enter(*payload);
    BulkOutcome outcome = SettleFound(MakeBulkJob(0, std::move(payload)), found);
    EXPECT_EQ(outcome.settlement.delivered_items, found.size());
    EXPECT_EQ(outcome.refused == nullptr, found.size() == 4);
    BulkJobPtr rest = std::move(outcome.refused);
    if (outcome.has_settlement()) settle(0, std::move(outcome.settlement));
    if (rest != nullptr) settle(0, SettleDelivered(std::move(rest)).settlement);
    ledger.ExpectAllSettled();
  }
}

TEST(BulkSettling, SplitHalvesShareTheRanges) {
  BulkLedger ledger;
  SettleFn settle = ledger.Into();
  PayloadPtr payload = MakeBulkPayload(0, 5);
  ledger.Enter(*payload);
  BulkJobPtr job = MakeBulkJob(0, std::move(payload));
  BulkJobPtr half = SplitOff(*job);
  EXPECT_THAT(NumbersOf(job->payload->bytes.view()), ElementsAre(0, 1));
  EXPECT_THAT(NumbersOf(half->payload->bytes.view()), ElementsAre(2, 3, 4));
  settle(0, SettleRejected(std::move(half), "400: no").settlement);
  settle(0, SettleDelivered(std::move(job)).settlement);
  ledger.ExpectAllSettled();
  EXPECT_EQ(ledger.rejected().size(), 3u);
}

// Whatever the verdicts, and whatever is split in between.
TEST(BulkSettling, EveryItemAndRangeIsSettledOnceAndChargesAddUp) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    BulkLedger ledger;
    SettleFn settle = ledger.Into();
    std::vector<BulkJobPtr> jobs;
    for (uint64_t p = 0; p < 3; ++p) {
      PayloadPtr payload = MakeBulkPayload(p * 1000, 1 + random() % 40);
      // Retries cost more than what is left of a small charge.
      payload->charged_bytes = static_cast<int64_t>(random() % 20000);
      ledger.Enter(*payload);
      jobs.push_back(MakeBulkJob(p, std::move(payload)));
    }
    const uint64_t retry_share = random() % 90;
    while (!jobs.empty()) {
      std::swap(jobs[random() % jobs.size()], jobs.back());
      BulkJobPtr job = std::move(jobs.back());
      jobs.pop_back();
      if (job->payload->items.size() > 1 && random() % 8 == 0) jobs.push_back(SplitOff(*job));
      std::vector<ItemVerdict> verdicts;
      for (size_t i = 0; i < job->payload->items.size(); ++i) {
        const bool goes_on = random() % 100 < retry_share;
        const ItemFate fates[] = {goes_on ? kRetry : kDelivered, goes_on ? kTooLarge : kRejected};
        verdicts.push_back(Verdict(fates[random() % 4 == 0]));
      }
      BulkOutcome outcome = SettleVerdicts(std::move(job), verdicts);
      if (outcome.refused != nullptr) jobs.push_back(std::move(outcome.refused));
      for (BulkJobPtr& smaller : outcome.smaller) jobs.push_back(std::move(smaller));
      if (outcome.has_settlement()) settle(outcome.worker, std::move(outcome.settlement));
    }
    ledger.ExpectAllSettled();
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tailrace
