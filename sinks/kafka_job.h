// A KafkaJob is a payload that a Kafka sink is delivering: for each of its items a slot that says
// how far it is. The slots are what librdkafka's reports point back to.
//
//   waiting -> sent -> settled                    delivered, or rejected alone
//      ^         |
//      +---------+--> refused -> sent alone       its batch was refused; see KafkaSink
//
// Invariants
//   (1) waiting() + sent() + refused() + settled items are all items.
//   (2) A slot in kSent has its bytes in the hands of librdkafka; the payload lives until no slot
//       has.
//
// Threads    Owned by one lane; librdkafka's threads read the items' bytes and
//            KafkaSlot::partition while a slot is kSent.
// Cost       24 bytes an item.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "sinks/bulk_job.h"
#include "sinks/kafka_address.h"
#include "sinks/kafka_producer.h"
#include "sinks/payload.h"

namespace tailrace {

class KafkaJob;

enum class KafkaItemState : uint8_t { kWaiting, kSent, kRefused, kSettled };

struct KafkaSlot {
  KafkaPartitionKey partition;  // First: a report's `opaque` points to it.
  KafkaItemState state = KafkaItemState::kWaiting;
  KafkaJob* job = nullptr;
};
static_assert(std::is_standard_layout_v<KafkaSlot>);

class KafkaJob {
 public:
  KafkaJob(size_t worker, PayloadPtr payload);
  KafkaJob(const KafkaJob&) = delete;
  KafkaJob& operator=(const KafkaJob&) = delete;

  static KafkaSlot& SlotOf(const KafkaReport& report) {
    return *reinterpret_cast<KafkaSlot*>(report.opaque);
  }
  size_t IndexOf(const KafkaSlot& slot) const { return static_cast<size_t>(&slot - slots_.data()); }

  KafkaAddress AddressOf(size_t index) const;
  // Without the line break.
  std::string_view DocumentOf(size_t index) const;
  KafkaRecord RecordOf(size_t index, const KafkaAddress& address);

  KafkaItemState state(size_t index) const { return slots_[index].state; }
  // Any change but that to kSettled.
  void Move(size_t index, KafkaItemState to);
  // What is sent waits again. REQUIRES: librdkafka holds nothing of it.
  void TakeBack();

  void Deliver(size_t index);
  void Reject(size_t index, std::string reason);
  // What was settled since the last call; the payload's shell with it when that was the last of it.
  Settlement TakeSettlement();
  // What is not settled, whatever its state. The job is at its end.
  // REQUIRES: librdkafka holds nothing of it, it is not done, and has no settlement.
  Settlement GiveBack();
  bool has_settlement() const { return settled_since_ > 0; }

  size_t size() const { return slots_.size(); }
  size_t waiting() const { return waiting_; }
  size_t sent() const { return sent_; }
  size_t refused() const { return refused_; }
  bool done() const { return waiting_ + sent_ + refused_ == 0; }
  size_t worker() const { return worker_; }
  // The first item that may be waiting.
  size_t first_waiting() const { return first_waiting_; }

 private:
  size_t& CountOf(KafkaItemState state);
  void Settle(size_t index);

  const size_t worker_;
  PayloadPtr payload_;
  OpenRanges ranges_;
  std::vector<KafkaSlot> slots_;
  size_t waiting_ = 0;
  size_t sent_ = 0;
  size_t refused_ = 0;
  size_t settled_ = 0;
  size_t first_waiting_ = 0;
  size_t settled_since_ = 0;
  Settlement settlement_;
};

}  // namespace tailrace
