#include "sinks/bulk_job.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

// What a job costs beside its bytes and items. Charged, so that many small ones stay in the budget.
constexpr int64_t kJobOverheadBytes = 4096;

}  // namespace

OpenRanges::OpenRanges(Payload& payload)
    : ranges_(std::move(payload.ranges)), open_(ranges_.size(), 0) {
  payload.ranges.clear();
  for (const PayloadItem& item : payload.items) {
    for (uint32_t i = 0; i < item.range_count; ++i) ++open_[item.first_range + i];
  }
}

void OpenRanges::Settle(const PayloadItem& item, std::vector<RangeRef>& released) {
  for (uint32_t i = item.first_range; i < item.first_range + item.range_count; ++i) {
    CHECK(open_[i] > 0);
    if (--open_[i] == 0) released.push_back(ranges_[i]);
  }
}

std::vector<RangeRef> OpenRanges::Of(const PayloadItem& item) const {
  const auto first = ranges_.begin() + item.first_range;
  return {first, first + item.range_count};
}

OpenRanges& BulkJob::CountRanges() {
  if (ranges == nullptr) ranges = std::make_shared<OpenRanges>(*payload);
  return *ranges;
}

std::string_view BulkJob::DocumentOf(const PayloadItem& item) const {
  return payload->bytes.view().substr(item.offset + item.body_offset,
                                      item.length - item.body_offset);
}

BulkJobPtr MakeBulkJob(size_t worker, PayloadPtr payload) {
  auto job = std::make_unique<BulkJob>();
  job->worker = worker;
  job->payload = std::move(payload);
  return job;
}

BulkJobPtr TakeItems(BulkJob& job, const std::vector<size_t>& indexes) {
  job.CountRanges();
  auto taken = std::make_unique<BulkJob>();
  taken->worker = job.worker;
  taken->ranges = job.ranges;
  taken->sent_before = job.sent_before;
  taken->attempts = job.attempts;
  taken->unreadable_since = job.unreadable_since;
  taken->payload = std::make_unique<Payload>();
  Payload& from = *job.payload;
  Payload& to = *taken->payload;
  to.sink = from.sink;
  to.items.reserve(indexes.size());
  for (const size_t index : indexes) {
    PayloadItem item = from.items[index];
    const std::string_view bytes = from.bytes.view().substr(item.offset, item.length);
    item.offset = static_cast<uint32_t>(to.bytes.size());
    to.bytes.Append(bytes);
    to.items.push_back(item);
  }
  const int64_t cost =
      static_cast<int64_t>(to.bytes.size() + to.items.size() * sizeof(PayloadItem)) +
      kJobOverheadBytes;
  to.charged_bytes = std::min(cost, from.charged_bytes);
  from.charged_bytes -= to.charged_bytes;
  return taken;
}

BulkJobPtr SplitOff(BulkJob& job) {
  Payload& payload = *job.payload;
  CHECK(payload.items.size() >= 2);
  const size_t half = payload.items.size() / 2;
  std::vector<size_t> indexes(payload.items.size() - half);
  std::iota(indexes.begin(), indexes.end(), half);
  BulkJobPtr taken = TakeItems(job, indexes);
  payload.bytes.Truncate(payload.items[half].offset);
  payload.items.resize(half);
  return taken;
}

}  // namespace tailrace
