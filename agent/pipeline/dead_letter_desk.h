// The DeadLetterDesk turns what sinks rejected into dead letters on their way to the lane that
// writes them. A letter holds the references of its record until it is durable.
//
// Threads    Owned by one worker.
// Bounds     Letters are charged to their sink's budget for them, beyond it if it must be, since
//            they exist already. full() tells, and then no batch is begun that may reach that sink.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/pipeline_options.h"
#include "agent/pipeline/sink_port.h"
#include "sinks/payload.h"

namespace tailrace {

class DeadLetterDesk {
 public:
  // `sinks` and `budgets` by SinkId; `links`, which has no budget, leads to the one lane that
  // writes the dead letters of all of them.
  DeadLetterDesk(const std::vector<PlanSink>& sinks, const std::vector<MemoryBudget*>& budgets,
                 const SinkPortLinks& links, const Clock& clock);

  // A reload: the next SinkId.
  void AddSink(const std::string& name, MemoryBudget* budget);

  // The references in item.ranges go over to the letter.
  void Add(SinkId sink, RejectedItem item);
  bool full(SinkId sink);

  // A settlement of the lane; a shell in it was taken back.
  std::optional<Settlement> NextSettlement();
  bool HasSettlements() const { return links_.settlements->SizeApprox() > 0; }

  // By SinkId: a payload holds the letters of one sink. They share one ring: End any one, last.
  std::vector<std::unique_ptr<SinkPort>>& ports() { return ports_; }

 private:
  const SinkPortLinks links_;
  const Clock& clock_;
  std::vector<MemoryBudget*> budgets_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<SinkPort>> ports_;
};

}  // namespace tailrace
