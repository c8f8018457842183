// A Stage is one step of a pipeline: it changes the selected records of a batch, or ends the way of
// some of them.
//
//   StageMaker make = ...;                        once, when the config loads
//   std::unique_ptr<Stage> stage = make(setup);   once a worker
//   stage->Run(batch);                            once a batch
//
// Threads     A Stage belongs to one worker and may keep scratch memory and state; a StageMaker may
//             be called from any thread, and what it captures is immutable or safe to share.
// Ownership   Fields may view what the maker holds: the plan keeps it until its last batch is
//             encoded.
// Failure     Per record, by what the stage's own options say; counted in StageSetup::failures.
// Cost        One virtual call a batch; no allocation, lock or log per record in steady state.
#pragma once

#include <functional>
#include <memory>

#include "agent/base/metrics.h"
#include "agent/pipeline/stages/stage_batch.h"

namespace tailrace {

// What a stage is given when it is made.
struct StageSetup {
  // tailrace_stage_errors_total: records at which the stage could not do its work.
  Counter* failures = nullptr;
  // The clock of stages that know windows and rates is each record's own time: in --once, test and
  // explain, where the records' past goes by faster than the present.
  bool record_clock = false;
};

class Stage {
 public:
  virtual ~Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Works on the records of batch.selected().
  virtual void Run(StageBatch& batch) = 0;

  // Whether the records that an earlier stage has sent to the dead letters are selected as well,
  // whatever `when` says.
  virtual bool TakesRejected() const { return false; }

 protected:
  Stage() = default;
};

using StageMaker = std::function<std::unique_ptr<Stage>(const StageSetup& setup)>;

}  // namespace tailrace
