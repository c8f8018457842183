// GzFile reads a rotated log that was compressed, at offsets of the uncompressed text. It goes
// forward only; a read before where it stands begins again from the start.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     kGzSkipMax bytes are inflated and thrown away in one call, so that a far offset does
//            not hold the reader up; some 150 KiB of memory.
// Failure    What could be inflated before a damage is given out; then kDamaged, until it
//            begins again from the start.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/base/unique_fd.h"
#include "agent/codec/gunzip.h"
#include "agent/tail/log_read.h"

namespace tailrace {

inline constexpr int64_t kGzSkipMax = 8 << 20;
inline constexpr uint64_t kGzOutputMax = uint64_t{1} << 40;

enum class GzOutcome : uint8_t {
  kBytes,    // `bytes` may be 0 while it is still on its way to the offset.
  kEnd,      // The end of the text is at or before the offset.
  kDamaged,  // Truncated or corrupt: nothing more can be read.
  kError,    // The kernel would not read it.
};

struct GzStep {
  GzOutcome outcome = GzOutcome::kBytes;
  size_t bytes = 0;
};

class GzFile {
 public:
  explicit GzFile(UniqueFd fd);

  // Reads at `offset` of the text.
  GzStep Read(int64_t offset, std::span<char> into);
  // The tail before `offset`, or nullopt when the text does not reach so far.
  std::optional<Tail> TailBefore(int64_t offset);
  // The first `bytes_max` bytes of the text, or what there is of them by now.
  std::string Head(size_t bytes_max);

  int fd() const { return fd_.get(); }
  // Compressed bytes that were not looked at: all that is known of what a damage destroys.
  int64_t rest_bytes() const;
  // Where the text ends, once that was seen.
  std::optional<int64_t> text_bytes() const { return text_bytes_; }

 private:
  GzStep Inflate(std::span<char> into);
  void Restart();

  UniqueFd fd_;
  GunzipStream stream_;
  std::vector<char> input_;
  int64_t input_offset_ = 0;  // Of the compressed bytes that are read next.
  int64_t stands_at_ = 0;     // In the text.
  std::optional<int64_t> text_bytes_;
  bool damaged_ = false;
};

}  // namespace tailrace
