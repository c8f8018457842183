// RandomLog makes logs that are as hostile as a seed wants: lines of every size around the limits,
// carriage returns, NUL runs, byte order marks, bytes that are no UTF-8, headers that are none,
// pieces without end and ends without pieces, both streams interleaved.
//
// Threads    Not thread-safe; for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "agent/event/stream.h"

namespace tailrace {

class RandomLog {
 public:
  RandomLog(FileFormat format, size_t max_line_bytes, uint64_t seed)
      : format_(format), max_line_bytes_(max_line_bytes), random_(seed) {}

  // `lines` lines or pieces; the last one may have no newline.
  std::string Make(size_t lines);
  // A number below `limit`.
  size_t Draw(size_t limit) { return random_() % limit; }

 private:
  bool OneIn(size_t n) { return Draw(n) == 0; }
  size_t DrawLength();
  std::string Content();
  std::string Time();
  std::string CriText();
  std::string DockerText();

  const FileFormat format_;
  const size_t max_line_bytes_;
  std::mt19937_64 random_;
};

}  // namespace tailrace
