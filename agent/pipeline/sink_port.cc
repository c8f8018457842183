#include "agent/pipeline/sink_port.h"

#include <algorithm>
#include <utility>

namespace tailrace {
namespace {

// As many as may queue, and a few that are under way.
constexpr size_t kSpareMax = 12;
// Beyond batch_bytes, so that a payload need not grow for its last batch.
constexpr size_t kHeadroomBytes = 256 * 1024;
// Empty payloads that were not needed for so long go, and how often others' need is looked for.
constexpr std::chrono::seconds kSpareKept{2};
constexpr std::chrono::milliseconds kSpareLook{250};
// With this many payloads waiting in the lane's ring, one more small one would not arrive sooner.
constexpr size_t kQueuedMax = 4;

// Between four fifths of `interval` and all of it. The nanoseconds at which a record comes are as
// random as is needed.
std::chrono::nanoseconds Jittered(std::chrono::nanoseconds interval, MonotonicTime now) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;  // Of Fibonacci hashing.
  const auto nanos = static_cast<uint64_t>(now.time_since_epoch().count());
  const double fraction = static_cast<double>((nanos * kMultiplier) >> 32) / 0x1p32;
  return interval - std::chrono::duration_cast<std::chrono::nanoseconds>(interval * fraction / 5);
}

}  // namespace

SinkPort::SinkPort(SinkId sink, const SinkOptions& options, const SinkPortLinks& links)
    : sink_(sink), options_(options), links_(links) {}

int64_t SinkPort::SizeOf(const Payload& payload) const {
  const auto items = static_cast<int64_t>(payload.items.size());
  return static_cast<int64_t>(payload.bytes.size() + payload.ranges.size() * sizeof(RangeRef)) +
         items * (static_cast<int64_t>(sizeof(PayloadItem)) + options_.record_overhead_bytes);
}

bool SinkPort::TryReserve(int64_t bytes) {
  // The lane's ring was full when this payload should have gone.
  const bool filled =
      open_ != nullptr && static_cast<int64_t>(open_->bytes.size()) >= options_.batch_bytes;
  if (filled && !Seal()) return false;
  if (links_.budget->TryReserve(bytes)) return true;
  FreeSpares();
  if (links_.budget->TryReserve(bytes)) return true;
  Seal();
  return false;
}

Payload& SinkPort::Open(MonotonicTime now) {
  if (open_ == nullptr) {
    if (spare_.empty()) {
      open_ = std::make_unique<Payload>();
      open_->bytes.Reserve(static_cast<size_t>(options_.batch_bytes) + kHeadroomBytes);
    } else {
      open_ = std::move(spare_.back());
      spare_.pop_back();
      links_.budget->Release(std::exchange(open_->charged_bytes, 0));
    }
    open_->sink = sink_;
  }
  if (open_->items.empty()) {
    opened_at_ = now;
    seal_at_ = now + Jittered(options_.flush_interval, now);
  }
  return *open_;
}

void SinkPort::Encoded(int64_t reserved) {
  const int64_t size = SizeOf(*open_);
  const int64_t grown = size - std::exchange(open_->charged_bytes, size);
  if (grown > reserved) {
    links_.budget->ForceReserve(grown - reserved);
  } else {
    links_.budget->Release(reserved - grown);
  }
  if (static_cast<int64_t>(open_->bytes.size()) >= options_.batch_bytes) Seal();
}

void SinkPort::FreeSpares() {
  for (const PayloadPtr& spare : spare_) links_.budget->Release(spare->charged_bytes);
  spare_.clear();
}

std::optional<MonotonicTime> SinkPort::LookAfter(MonotonicTime now) {
  PushAdopted();
  const std::optional<MonotonicTime> free = FreeSparesIfDue(now);
  const std::optional<MonotonicTime> seal = SealIfDue(now);
  return free && seal ? std::min(*free, *seal) : free ? free : seal;
}

std::optional<MonotonicTime> SinkPort::FreeSparesIfDue(MonotonicTime now) {
  const bool wanted = std::exchange(seen_refusals_, links_.budget->refusals()) != seen_refusals_;
  if (spare_.empty()) return std::nullopt;
  if (wanted || now - opened_at_ >= kSpareKept) {
    FreeSpares();
    return std::nullopt;
  }
  return now + kSpareLook;
}

std::optional<MonotonicTime> SinkPort::SealIfDue(MonotonicTime now) {
  if (empty()) return std::nullopt;
  if (now < seal_at_) return seal_at_;
  if (links_.payloads->SizeApprox() < kQueuedMax && Seal()) return std::nullopt;
  return now + options_.flush_interval;  // The lane is behind: fill it up.
}

bool SinkPort::Seal() {
  if (!PushAdopted()) return false;
  if (empty()) return true;
  if (!links_.payloads->TryPush(open_)) return false;
  links_.lane_bell->Ring();
  return true;
}

void SinkPort::Recycle(PayloadPtr shell) {
  links_.budget->Release(shell->charged_bytes);
  shell->charged_bytes = static_cast<int64_t>(shell->bytes.capacity());
  const bool fits = spare_.size() < kSpareMax && shell->charged_bytes <= 2 * options_.batch_bytes;
  if (!fits || !links_.budget->TryReserve(shell->charged_bytes)) return;
  shell->Clear();
  spare_.push_back(std::move(shell));
}

void SinkPort::End(MonotonicTime drain_by, LaneFate fate) {
  links_.end->Set(drain_by, fate);
  links_.lane_bell->Ring();
}

bool SinkPort::PartFromLane(MonotonicTime patient_until, MonotonicTime now) {
  if (!end_said_ && (Seal() || now >= patient_until)) {
    FreeSpares();
    End(*retire_by_, LaneFate::kGiveBack);
    end_said_ = true;
  }
  return end_said_ && links_.end->finished();
}

std::vector<PayloadPtr> SinkPort::TakeUnsent() {
  std::vector<PayloadPtr> unsent;
  if (!end_said_) return unsent;
  for (PayloadPtr& payload : std::exchange(adopted_, {})) unsent.push_back(std::move(payload));
  if (!empty()) unsent.push_back(std::move(open_));
  if (open_ != nullptr) Discard(std::move(open_));
  return unsent;
}

void SinkPort::Adopt(PayloadPtr payload) {
  payload->sink = sink_;
  adopted_.push_back(std::move(payload));
  PushAdopted();
}

bool SinkPort::PushAdopted() {
  bool pushed = false;
  while (!adopted_.empty() && links_.payloads->TryPush(adopted_.front())) {
    adopted_.pop_front();
    pushed = true;
  }
  if (pushed) links_.lane_bell->Ring();
  return adopted_.empty();
}

}  // namespace tailrace
