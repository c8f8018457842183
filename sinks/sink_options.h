// Options that every sink has, and those of the simple ones. Keys in the config are the field
// names.
//
// Threads    Plain values.
// Units      Bytes and std::chrono.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tailrace {

enum class WhenFull : uint8_t { kWait, kDrop };

struct DeadLetterOptions {
  std::string path;                             // Empty: <state_dir>/dead_letters/<sink>.ndjson.
  int64_t max_size_bytes = int64_t{256} << 20;  // Reaching it: see `when_full`.
  WhenFull when_full = WhenFull::kWait;         // Wait keeps the ranges; drop counts and goes on.

  friend bool operator==(const DeadLetterOptions&, const DeadLetterOptions&) = default;
};

struct SinkOptions {
  std::string name;
  // A payload is sealed when it has this much: more compresses better, less arrives sooner.
  int64_t batch_bytes = 1 << 20;
  // ... or this long after its first record.
  std::chrono::milliseconds flush_interval{1000};
  WhenFull when_full = WhenFull::kWait;
  int max_destinations = 256;
  // What the sink's client needs for a record beside its bytes, of the same budget.
  int64_t record_overhead_bytes = 0;
  DeadLetterOptions dead_letter;

  friend bool operator==(const SinkOptions&, const SinkOptions&) = default;
};

struct FileSinkOptions {
  std::string path;
  int64_t max_size_bytes = int64_t{100} << 20;  // Beyond it the file is rotated; see RotatedNames.
  int max_files = 10;                           // Rotated ones that are kept.
  bool zstd = false;  // Each payload as a frame of its own; sizes are those packed.
  std::chrono::milliseconds flush_interval{1000};  // At most one fdatasync in this time.

  friend bool operator==(const FileSinkOptions&, const FileSinkOptions&) = default;
};

}  // namespace tailrace
