#include "sinks/kafka_job.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "sinks/returned_payload.h"

namespace tailrace {

KafkaJob::KafkaJob(size_t worker, PayloadPtr payload)
    : worker_(worker),
      payload_(std::move(payload)),
      ranges_(*payload_),
      slots_(payload_->items.size()),
      waiting_(slots_.size()) {
  for (KafkaSlot& slot : slots_) slot.job = this;
  settlement_.sink = payload_->sink;
}

KafkaAddress KafkaJob::AddressOf(size_t index) const {
  const PayloadItem& item = payload_->items[index];
  return ParseKafkaAddress(payload_->bytes.view().substr(item.offset, item.body_offset));
}

std::string_view KafkaJob::DocumentOf(size_t index) const {
  const PayloadItem& item = payload_->items[index];
  return payload_->bytes.view().substr(item.offset + item.body_offset,
                                       item.length - item.body_offset - 1);
}

KafkaRecord KafkaJob::RecordOf(size_t index, const KafkaAddress& address) {
  KafkaSlot& slot = slots_[index];
  slot.partition.hash = address.partition_hash;
  return {DocumentOf(index), address.key, address.id, &slot.partition};
}

size_t& KafkaJob::CountOf(KafkaItemState state) {
  switch (state) {
    case KafkaItemState::kWaiting:
      return waiting_;
    case KafkaItemState::kSent:
      return sent_;
    case KafkaItemState::kRefused:
      return refused_;
    case KafkaItemState::kSettled:
      break;
  }
  return settled_;
}

void KafkaJob::Move(size_t index, KafkaItemState to) {
  KafkaSlot& slot = slots_[index];
  CHECK(slot.state != KafkaItemState::kSettled);
  --CountOf(slot.state);
  ++CountOf(to);
  slot.state = to;
  if (to == KafkaItemState::kWaiting) {
    first_waiting_ = std::min(first_waiting_, index);
  } else {
    while (first_waiting_ < slots_.size() &&
           slots_[first_waiting_].state != KafkaItemState::kWaiting) {
      ++first_waiting_;
    }
  }
}

void KafkaJob::TakeBack() {
  for (size_t i = slots_.size(); i-- > 0;) {
    if (state(i) == KafkaItemState::kSent) Move(i, KafkaItemState::kWaiting);
  }
}

void KafkaJob::Deliver(size_t index) {
  ++settlement_.delivered_items;
  Settle(index);
}

void KafkaJob::Reject(size_t index, std::string reason) {
  RejectedItem& rejected = settlement_.rejected.emplace_back();
  rejected.document = DocumentOf(index);
  rejected.reason = std::move(reason);
  rejected.ranges = ranges_.Of(payload_->items[index]);
  Settle(index);
}

void KafkaJob::Settle(size_t index) {
  Move(index, KafkaItemState::kSettled);
  ranges_.Settle(payload_->items[index], settlement_.released);
  ++settled_since_;
}

Settlement KafkaJob::GiveBack() {
  std::vector<size_t> open;
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (state(i) != KafkaItemState::kSettled) open.push_back(i);
  }
  return ReturnItems(std::move(payload_), open, ranges_);
}

Settlement KafkaJob::TakeSettlement() {
  Settlement taken = std::exchange(settlement_, Settlement());
  settlement_.sink = taken.sink;
  settled_since_ = 0;
  if (done()) taken.recycled = std::move(payload_);
  return taken;
}

}  // namespace tailrace
