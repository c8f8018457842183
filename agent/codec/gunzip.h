// GunzipStream unpacks gzip (RFC 1952) that arrives in pieces, into pieces of the caller's size:
// rotated log files, which the tailer reads with its own preads, and compressed answers.
//
//   GunzipStream stream(max_output_bytes);
//   for (;;) {
//     const GunzipStep step = stream.Next(buffer);      // buffer[0, step.bytes) is output.
//     if (step.state == GunzipState::kNeedInput) stream.Feed(more) or, at the end, stream.Finish();
//   }
//
// Members that stand one after the other are one stream of output, as gzip(1) has it. NUL bytes
// behind the last member are padding; anything else there is corrupt.
//
// Threads    Not thread-safe.
// Ownership  The bytes of Feed must stay valid until Next says kNeedInput, or Reset.
// Bounds     At most `max_output_bytes` in all; about 90 KiB of state, allocated once.
// Failure    What was given out before kCorrupt is not proven until its member's checksum was
//            read: a caller that must know waits for at_member_end().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tailrace {

enum class GunzipState : uint8_t {
  kOutputFull,  // Call Next again: there may be more.
  kNeedInput,   // All input is used up; Feed, or Finish when there is none.
  kCorrupt,     // No gzip, or damaged. Stays so until Reset.
  kTooLarge,    // There is more than `max_output_bytes`. Stays so until Reset.
};

struct GunzipStep {
  GunzipState state;
  size_t bytes;  // Output at the beginning of the buffer; may be over 0 in every state.
};

class GunzipStream {
 public:
  explicit GunzipStream(uint64_t max_output_bytes);
  ~GunzipStream();
  GunzipStream(GunzipStream&&) noexcept;
  GunzipStream& operator=(GunzipStream&&) noexcept;

  // Begins anew, as if just constructed.
  void Reset(uint64_t max_output_bytes) noexcept;

  // REQUIRES: the last Next said kNeedInput, or there was none.
  void Feed(std::string_view input) noexcept;

  // REQUIRES: `output` is not empty.
  [[nodiscard]] GunzipStep Next(std::span<char> output) noexcept;

  // Call when there is no more input. kDataLoss when the stream is corrupt, ends inside a member
  // or holds none; kResourceExhausted when it was too large.
  [[nodiscard]] absl::Status Finish() const;

  // All bytes given out so far belong to members whose checksums were right, and no damage was
  // seen.
  bool at_member_end() const noexcept;

  uint64_t output_bytes() const noexcept;

 private:
  struct Inflater;
  std::unique_ptr<Inflater> inflater_;
};

// The whole of `input`. Errors as of Finish.
absl::StatusOr<std::string> Gunzip(std::string_view input, size_t max_output_bytes);

}  // namespace tailrace
