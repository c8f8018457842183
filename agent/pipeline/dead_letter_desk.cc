#include "agent/pipeline/dead_letter_desk.h"

#include <utility>

#include "sinks/dead_letter.h"

namespace tailrace {

DeadLetterDesk::DeadLetterDesk(const std::vector<PlanSink>& sinks,
                               const std::vector<MemoryBudget*>& budgets,
                               const SinkPortLinks& links, const Clock& clock)
    : links_(links), clock_(clock) {
  for (size_t i = 0; i < sinks.size(); ++i) AddSink(sinks[i].options.name, budgets[i]);
}

void DeadLetterDesk::AddSink(const std::string& name, MemoryBudget* budget) {
  const SinkId sink(static_cast<uint16_t>(ports_.size()));
  names_.push_back(name);
  budgets_.push_back(budget);
  SinkPortLinks own = links_;
  own.budget = budget;
  ports_.push_back(std::make_unique<SinkPort>(sink, SinkOptions{}, own));
}

bool DeadLetterDesk::full(SinkId sink) {
  const MemoryBudget& budget = *budgets_[sink.value()];
  if (!budget.exceeded()) return false;
  ports_[sink.value()]->FreeSpares();
  return budget.exceeded();
}

void DeadLetterDesk::Add(SinkId sink, RejectedItem item) {
  SinkPort& port = *ports_[sink.value()];
  Payload& payload = port.Open(clock_.Now());
  PayloadItem& letter = payload.items.emplace_back();
  letter.offset = static_cast<uint32_t>(payload.bytes.size());
  letter.first_range = static_cast<uint32_t>(payload.ranges.size());
  letter.range_count = static_cast<uint32_t>(item.ranges.size());
  AppendDeadLetter({names_[sink.value()], item.reason, item.document, clock_.WallNanos()},
                   payload.bytes);
  letter.length = static_cast<uint32_t>(payload.bytes.size()) - letter.offset;
  payload.ranges.insert(payload.ranges.end(), item.ranges.begin(), item.ranges.end());
  port.Encoded(0);
}

std::optional<Settlement> DeadLetterDesk::NextSettlement() {
  std::optional<Settlement> settlement = links_.settlements->TryPop();
  if (settlement && settlement->recycled != nullptr) {
    ports_[settlement->sink.value()]->Recycle(std::move(settlement->recycled));
  }
  return settlement;
}

}  // namespace tailrace
