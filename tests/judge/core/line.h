// The generated line: what the writers append, the server and the tally recognise, and nobody else
// can make.
//
//   run|file|seq|len|crc|payload      e.g.  r1a2b3c4|00000000000000ff|7|5|8f3e21aa|hello
//
// `run` is a token of the run, `file` 16 hex digits that name one physical file (one inode's life),
// `seq` counts from 0 in it, `len` is the payload's bytes in decimal, `crc` is CRC-32 (zlib) over
// everything before it and the payload.
//
// Threads   Stateless.
// Bounds    seq < kMaxLineSeq, so that a forged number cannot make a counter array large.
// Failure   Parsing is total: whatever the bytes, a LineKind comes back.
// Cost      One CRC over the line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tailrace {

inline constexpr uint64_t kMaxLineSeq = 1'000'000'000;

// A JSON-like prefix that makes a line invalid JSON on purpose; what follows it is a generated
// line.
inline constexpr std::string_view kBrokenJsonPrefix = "{oops ";
// Lines that begin so are filler (headers that many files share): counted, never lost or twice.
inline constexpr std::string_view kFillerPrefix = "#j";

struct LineRef {
  uint64_t file = 0;
  uint64_t seq = 0;
  std::string_view payload;
};

enum class LineKind {
  kGood,
  kFiller,
  kForeignRun,  // well formed and sound, of another run
  kFragment,    // the beginning of a line of this run, cut short
  kCorrupt,
};

void AppendLine(std::string_view run, uint64_t file, uint64_t seq, std::string_view payload,
                std::string* out);

// `line` is set for kGood and kForeignRun only and refers into `text`.
LineKind ParseLine(std::string_view run, std::string_view text, LineRef* line);

// Finds the head `run|file|seq|len|crc|` of a line anywhere in `text` (a dead-letter record, say);
// no CRC is checked. Returns the position after it, or npos.
size_t FindLineHead(std::string_view run, std::string_view text, size_t from, LineRef* line);

// 64 bits of a text, the same in every process: a rule about a document that must hold at each
// retry.
uint64_t HashText(std::string_view text);

std::string FileName(uint64_t file);                        // 16 hex digits
bool ParseFileName(std::string_view text, uint64_t* file);  // exactly 16 hex digits

}  // namespace tailrace
