#include "agent/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace tailrace {
namespace {

constexpr size_t kValueMax = 2048;

// As inside a JSON string; safe for a terminal too.
void AppendEscaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (char c : text.substr(0, kValueMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  if (text.size() > kValueMax) out += "...";
}

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

void Write(spdlog::level::level_enum level, std::string_view message, LogFields fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(level)) return;
  std::string line;
  if (isatty(STDERR_FILENO)) {
    AppendEscaped(line, message);
    for (const auto& [name, value] : fields) {
      line.append("  ").append(name).append("=");
      AppendEscaped(line, value);
    }
  } else {
    line += R"("message":")";
    AppendEscaped(line, message);
    line += '"';
    for (const auto& [name, value] : fields) {
      line.append(",\"").append(name).append("\":\"");
      AppendEscaped(line, value);
      line += '"';
    }
  }
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
