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

OpenRanges::OpenRanges(const Payload& payload)
    : ranges_(payload.ranges), open_(payload.ranges.size(), 0) {
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

BulkJobPtr MakeBulkJob(size_t worker, PayloadPtr payload) {
  auto job = std::make_unique<BulkJob>();
  job->worker = worker;
  job->ranges = std::make_shared<OpenRanges>(*payload);
  job->payload = std::move(payload);
  return job;
}

BulkJobPtr TakeItems(BulkJob& job, const std::vector<size_t>& indexes) {
  auto taken = std::make_unique<BulkJob>();
  taken->worker = job.worker;
  taken->ranges = job.ranges;
  taken->attempts = job.attempts;
  taken->payload = std::make_unique<Payload>();
  Payload& from = *job.payload;
  Payload& to = *taken->payload;
  to.sink = from.sink;
  to.items.reserve(indexes.size());
  for (size_t index : indexes) {
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

  size_t next = 0;
  size_t kept = 0;
  for (size_t i = 0; i < from.items.size(); ++i) {
    if (next < indexes.size() && indexes[next] == i) {
      ++next;
    } else {
      from.items[kept++] = from.items[i];
    }
  }
  from.items.resize(kept);
  return taken;
}

BulkJobPtr SplitOff(BulkJob& job) {
  CHECK(job.payload->items.size() >= 2);
  const size_t half = job.payload->items.size() / 2;
  std::vector<size_t> indexes(job.payload->items.size() - half);
  std::iota(indexes.begin(), indexes.end(), half);
  const size_t cut = job.payload->items[half].offset;
  BulkJobPtr taken = TakeItems(job, indexes);
  job.payload->bytes.Truncate(cut);
  return taken;
}

}  // namespace tailrace
