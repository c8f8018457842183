#include "sinks/bulk_settling.h"

#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

void SettleItem(BulkJob& job, const PayloadItem& item, std::string_view rejection,
                BulkOutcome& outcome) {
  OpenRanges& ranges = job.CountRanges();
  const std::string_view document = job.DocumentOf(item);
  if (rejection.empty()) {
    ++outcome.settlement.delivered_items;
    outcome.delivered_bytes += document.size();
  } else {
    RejectedItem& rejected = outcome.settlement.rejected.emplace_back();
    rejected.document = document.substr(0, document.find_last_not_of('\n') + 1);
    rejected.reason = rejection;
    rejected.ranges = ranges.Of(item);
  }
  ranges.Settle(item, outcome.settlement.released);
}

BulkOutcome OutcomeFor(const BulkJob& job) {
  BulkOutcome outcome;
  outcome.worker = job.worker;
  outcome.settlement.sink = job.payload->sink;
  return outcome;
}

}  // namespace

BulkOutcome SettleDelivered(BulkJobPtr job) {
  BulkOutcome outcome = OutcomeFor(*job);
  if (job->ranges == nullptr) {
    outcome.settlement.delivered_items = job->payload->items.size();
    for (const PayloadItem& item : job->payload->items) {
      outcome.delivered_bytes += item.length - item.body_offset;
    }
    outcome.settlement.released = std::move(job->payload->ranges);
    job->payload->ranges.clear();
  } else {
    for (const PayloadItem& item : job->payload->items) SettleItem(*job, item, "", outcome);
  }
  outcome.settlement.recycled = std::move(job->payload);
  return outcome;
}

BulkOutcome SettleFound(BulkJobPtr job, const std::vector<size_t>& indexes) {
  if (indexes.size() == job->payload->items.size()) return SettleDelivered(std::move(job));
  BulkOutcome outcome = OutcomeFor(*job);
  if (indexes.empty()) {
    outcome.refused = std::move(job);
    return outcome;
  }
  std::vector<size_t> others;
  size_t next = 0;
  for (size_t i = 0; i < job->payload->items.size(); ++i) {
    if (next < indexes.size() && indexes[next] == i) {
      ++next;
      SettleItem(*job, job->payload->items[i], "", outcome);
    } else {
      others.push_back(i);
    }
  }
  outcome.refused = TakeItems(*job, others);
  outcome.settlement.recycled = std::move(job->payload);
  return outcome;
}

BulkOutcome SettleVerdicts(BulkJobPtr job, std::span<const ItemVerdict> verdicts) {
  BulkOutcome outcome = OutcomeFor(*job);
  const std::vector<PayloadItem>& items = job->payload->items;
  CHECK(verdicts.size() == items.size());
  std::vector<size_t> refused;
  std::vector<size_t> too_large;
  for (size_t i = 0; i < items.size(); ++i) {
    // Alone in its request, an item cannot become smaller.
    const bool too_large_for_good = verdicts[i].fate == ItemFate::kTooLarge && verdicts.size() == 1;
    if (verdicts[i].fate == ItemFate::kRetry) {
      refused.push_back(i);
    } else if (verdicts[i].fate == ItemFate::kTooLarge && !too_large_for_good) {
      too_large.push_back(i);
    } else {
      const bool delivered = verdicts[i].fate == ItemFate::kDelivered;
      SettleItem(*job, items[i], delivered ? "" : verdicts[i].reason, outcome);
    }
  }
  if (refused.size() == items.size()) {
    outcome.refused = std::move(job);
    return outcome;
  }
  if (too_large.size() == items.size()) {
    outcome.smaller.push_back(SplitOff(*job));
    outcome.smaller.push_back(std::move(job));
    return outcome;
  }
  if (!refused.empty()) outcome.refused = TakeItems(*job, refused);
  if (!too_large.empty()) outcome.smaller.push_back(TakeItems(*job, too_large));
  outcome.settlement.recycled = std::move(job->payload);
  return outcome;
}

BulkOutcome SettleRejected(BulkJobPtr job, std::string_view reason) {
  BulkOutcome outcome = OutcomeFor(*job);
  for (const PayloadItem& item : job->payload->items) SettleItem(*job, item, reason, outcome);
  outcome.settlement.recycled = std::move(job->payload);
  return outcome;
}

}  // namespace tailrace
