// One log as the container runtime and the kubelet make it: CRI framing with P/F pieces and both
// streams (or raw lines), rotation by renaming while the writer goes on in the old descriptor, a
// new file some time later.
//
// Invariants  The ledger names a line only after the write() of its last byte. A line belongs to
// the file that its first
//             piece is in; `file` numbers are those of files, not of names.
// Threads     Not thread-safe.
// Bounds      Append writes at most kMaxAppendBytes and one line more.
// Failure     False with errno set when a file cannot be made or written.
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/judge/core/ledger.h"
#include "tests/judge/writer/line_maker.h"
#include "tests/judge/writer/rotator.h"

namespace tailrace {

inline constexpr size_t kMaxAppendBytes = 1 << 20;

struct LogWriterOptions {
  std::string run;
  std::string folder;  // is made
  std::string base = "0.log";
  bool raw = false;                           // lines as they are instead of CRI
  bool split = true;                          // cut some lines into P and F pieces
  bool split_across_rotation = true;          // let a rotation fall between the pieces
  std::chrono::milliseconds rotate_every{0};  // 0: never by time
  std::chrono::milliseconds first_rotation{
      0};                     // the first one, so that many logs do not rotate at once
  uint64_t rotate_bytes = 0;  // 0: never by size
  std::chrono::milliseconds reopen_delay{20};
  int keep = 10;
  int gzip_level = 1;
  uint64_t seed = 1;
  std::string shapes;
};

class LogWriter {
 public:
  using Clock = std::chrono::steady_clock;

  // `ledger` and `rotator` must outlive this object.
  LogWriter(LogWriterOptions options, LedgerWriter* ledger, Rotator* rotator);
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  bool Open(Clock::time_point now);
  // Writes lines until at least `bytes` of them are there.
  bool Append(size_t bytes);
  // Lets a rotation that is due take its next step.
  bool Step(Clock::time_point now);
  // Completes a line of which pieces are missing and waits for the rotator.
  bool Finish();

  uint64_t bytes() const { return bytes_; }
  uint64_t lines() const { return lines_; }
  uint64_t files() const { return generation_; }

 private:
  struct Pending {  // a line of which some pieces are written
    std::string text;
    size_t at = 0;
    uint64_t file = 0;
    uint64_t seq = 0;
    bool open = false;
  };
  enum class Rotation { kNone, kPreparing, kRenamed };

  bool OpenNew();
  void AddLine();
  void AddPiece();
  void AddFramed(const char* stream_and_tag, std::string_view text);
  void AppendTime();  // RFC 3339 with nanoseconds, as CRI has it
  void Claim(uint64_t file, uint64_t seq);
  bool WriteOut();
  bool Rename(Clock::time_point now);
  std::string NextStamp();

  const LogWriterOptions options_;
  LedgerWriter* const ledger_;
  Rotator* const rotator_;
  LineMaker maker_;
  int fd_ = -1;
  uint64_t file_ = 0, seq_ = 0, file_bytes_ = 0;
  uint64_t generation_ = 0, bytes_ = 0, lines_ = 0;
  Pending pending_;
  std::string out_, text_;
  std::vector<std::pair<uint64_t, uint64_t>> claims_;  // lines that out_ completes
  Rotation rotation_ = Rotation::kNone;
  Clock::time_point next_rotation_{}, reopen_at_{};
  std::future<std::vector<std::string>> preparing_;
  std::map<std::string, uint64_t> rotated_;  // stamp -> file
  int64_t last_stamp_ = 0;
  int64_t second_ = -1;  // of second_text_, which is the same for many lines
  std::string second_text_;
};

}  // namespace tailrace
