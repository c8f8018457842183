#include "agent/admin/process_stats.h"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace tailrace {
namespace {

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Field `index`, from 0, of fields that single spaces part.
std::optional<uint64_t> NumberAt(std::string_view line, size_t index) {
  for (; index > 0; --index) {
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    line.remove_prefix(space + 1);
  }
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || (end != line.data() + line.size() && *end != ' ')) {
    return std::nullopt;
  }
  return number;
}

std::optional<uint64_t> CountOpenFds(const std::string& proc_dir) {
  std::error_code error;
  std::filesystem::directory_iterator entry(proc_dir + "/self/fd", error);
  uint64_t count = 0;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
  // The one that the list was read through is gone by now.
  if (error || count == 0) return std::nullopt;
  return count - 1;
}

std::optional<double> CpuSeconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// When the machine was booted, in seconds since the epoch: the line "btime N" of /proc/stat.
std::optional<uint64_t> BootSeconds(const std::string& proc_dir) {
  constexpr std::string_view kName = "btime ";
  std::ifstream file(proc_dir + "/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kName)) return NumberAt(line, 1);
  }
  return std::nullopt;
}

}  // namespace

ProcessStats ReadProcessStats(const std::string& proc_dir) {
  ProcessStats stats;
  // proc(5), /proc/PID/statm: "SIZE RESIDENT ...", in pages.
  if (const auto pages = NumberAt(FirstLine(proc_dir + "/self/statm"), 1)) {
    stats.resident_bytes = *pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  }
  stats.cpu_seconds = CpuSeconds();
  stats.open_fds = CountOpenFds(proc_dir);
  return stats;
}

std::optional<double> ReadProcessStartSeconds(const std::string& proc_dir) {
  // proc(5), /proc/PID/stat: "PID (NAME) STATE ...". The name may hold spaces and brackets, so the
  // fields are counted from its last one; starttime is field 22, in ticks since the boot.
  constexpr size_t kStartTimeBehindName = 20;
  const std::string line = FirstLine(proc_dir + "/self/stat");
  const size_t bracket = line.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  const auto ticks = NumberAt(std::string_view(line).substr(bracket), kStartTimeBehindName);
  const auto boot = BootSeconds(proc_dir);
  if (!ticks || !boot) return std::nullopt;
  return static_cast<double>(*boot) +
         static_cast<double>(*ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace tailrace
