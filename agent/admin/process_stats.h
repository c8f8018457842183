// What the kernel says about this process, for the process_* metrics that every exporter has.
//
// Threads    Any.
// Failure    A figure that cannot be read (no /proc, an odd one) is nullopt, and the others are
//            there.
// Cost       A handful of system calls, and one for every few hundred open descriptors: once a
//            scrape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tailrace {

struct ProcessStats {
  std::optional<uint64_t> resident_bytes;
  std::optional<double> cpu_seconds;  // User and system, all threads.
  std::optional<uint64_t> open_fds;
};

// `proc_dir` is where procfs is mounted.
ProcessStats ReadProcessStats(const std::string& proc_dir = "/proc");

// When the process began, in seconds since the epoch (UTC). It does not change, and on a machine
// with many CPUs it costs more than all the others.
std::optional<double> ReadProcessStartSeconds(const std::string& proc_dir = "/proc");

}  // namespace tailrace
