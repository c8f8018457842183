// SinkHealth is what a lane tells the other threads of its sink: why it takes nothing, if so.
//
// Threads    The lane sets, any thread reads. A mutex guards the text; it is taken when the text
//            changes and when somebody asks, never on the data path.
#pragma once

#include <string>

#include "agent/base/mutex.h"

namespace tailrace {

class SinkHealth {
 public:
  // "" while the sink takes what it is sent.
  void Set(std::string down_reason) {
    MutexLock lock(mutex_);
    down_reason_ = std::move(down_reason);
  }
  std::string down_reason() const {
    MutexLock lock(mutex_);
    return down_reason_;
  }

 private:
  mutable Mutex mutex_;
  std::string down_reason_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tailrace
