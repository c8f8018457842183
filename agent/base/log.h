// The agent's own log, on stderr: JSON lines, or a readable form when stderr is a terminal.
//
//   LogWarn("sink is down", {{"sink", "es"}, {"error", status.ToString()}});
//
// ERROR: data was lost or a human must act. WARN: degraded and recovering. INFO: start, stop,
// reload. Never one line an event: what matters is a counter first, and a caller that could log
// often holds a LogThrottle.
//
// Threads    Any.
// Bounds     See log_text.h for a value, and log_limit.h for the lines of a level; a line after
// some
//            that were left out has their number as `left_out_before`. DEBUG has no limit.
// Cost       A system call; not for the data path.
#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/clock.h"

namespace tailrace {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarn, kError };

using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

// Call once, in main, before threads start. Until then INFO and above go out.
void SetLogLevel(LogLevel level);

void LogDebug(std::string_view message, LogFields fields = {});
void LogInfo(std::string_view message, LogFields fields = {});
void LogWarn(std::string_view message, LogFields fields = {});
void LogError(std::string_view message, LogFields fields = {});

// Lets one message through an interval and counts the rest.
class LogThrottle {
 public:
  explicit LogThrottle(std::chrono::seconds interval) : interval_(interval) {}
  // True when the caller should log now. Not thread-safe; owned by the thread that logs.
  [[nodiscard]] bool Allow(MonotonicTime now);

 private:
  std::chrono::seconds interval_;
  MonotonicTime next_{};
};

}  // namespace tailrace
