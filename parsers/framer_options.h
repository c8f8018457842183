// What a Framer is told, and what it tells about bytes that it passed over.
//
// Threads    Plain values.
// Units      Bytes.
#pragma once

#include <cstdint>
#include <string>

#include "agent/event/stream.h"

namespace tailrace {

struct FramerOptions {
  FileFormat format = FileFormat::kRaw;
  uint32_t max_line_bytes = 1 << 20;  // Of a record's body; at most 8 MiB.
  // Of raw files, a name that iconv knows: bodies are converted to UTF-8. Empty or "utf-8": bodies
  // are the bytes of the file. REQUIRES: Transcoder::Validate accepts it.
  std::string encoding;
};

// Why bytes were passed over; counted in bytes when the line that they are part of has ended.
struct FramerSkips {
  uint64_t nul_run_bytes = 0;    // NUL runs of 64 bytes and more at the beginning of a line.
  uint64_t line_rest_bytes = 0;  // What lies behind the cut of a line that is too long.
  uint64_t bom_bytes = 0;        // A byte order mark at the beginning of the file.

  uint64_t total_bytes() const { return nul_run_bytes + line_rest_bytes + bom_bytes; }
};

}  // namespace tailrace
