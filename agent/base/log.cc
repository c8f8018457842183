#include "agent/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>

#include "agent/base/log_limit.h"
#include "agent/base/log_text.h"
#include "agent/base/mutex.h"

namespace tailrace {
namespace {

spdlog::logger& Logger() {
  // The one process-wide object: stderr itself is process-wide.
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("tailrace",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern(isatty(STDERR_FILENO) ? "%H:%M:%S.%e %^%-5l%$ %v"
                                            : R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                      spdlog::pattern_time_type::utc);
    return made;
  }();
  return *logger;
}

// One limit a level, so that a flood of warnings hides no error.
std::optional<uint64_t> Admit(spdlog::level::level_enum level) {
  struct Limits {
    Mutex mutex;
    std::array<LogLimit, spdlog::level::n_levels> by_level ABSL_GUARDED_BY(mutex);
  };
  static Limits limits;  // As the logger: of the process.
  // Who asks for DEBUG wants all of it.
  if (level == spdlog::level::debug) return 0;
  const MutexLock lock(limits.mutex);
  return limits.by_level[static_cast<size_t>(level)].Admit(std::chrono::steady_clock::now());
}

void AppendField(std::string& line, std::string_view name, std::string_view value, bool terminal) {
  line.append(terminal ? "  " : ",\"").append(name).append(terminal ? "=" : "\":\"");
  AppendLogText(line, value);
  if (!terminal) line += '"';
}

void Write(spdlog::level::level_enum level, std::string_view message, LogFields fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(level)) return;
  const std::optional<uint64_t> left_out = Admit(level);
  if (!left_out.has_value()) return;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  std::string line = terminal ? "" : R"("message":")";
  AppendLogText(line, message);
  if (!terminal) line += '"';
  for (const auto& [name, value] : fields) AppendField(line, name, value, terminal);
  if (*left_out > 0) AppendField(line, "left_out_before", std::to_string(*left_out), terminal);
  logger.log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void SetLogLevel(LogLevel level) {
  static constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                          spdlog::level::warn, spdlog::level::err};
  Logger().set_level(kLevels[static_cast<size_t>(level)]);
}

void LogDebug(std::string_view message, LogFields fields) {
  Write(spdlog::level::debug, message, fields);
}
void LogInfo(std::string_view message, LogFields fields) {
  Write(spdlog::level::info, message, fields);
}
void LogWarn(std::string_view message, LogFields fields) {
  Write(spdlog::level::warn, message, fields);
}
void LogError(std::string_view message, LogFields fields) {
  Write(spdlog::level::err, message, fields);
}

bool LogThrottle::Allow(MonotonicTime now) {
  if (now < next_) return false;
  next_ = now + interval_;
  return true;
}

}  // namespace tailrace
