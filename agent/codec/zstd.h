// Zstandard (RFC 8878): a compressor that packs each piece into a frame of its own, with its size
// and a checksum, and what is needed to find out where such frames end in a file that a crash may
// have torn.
//
// Threads    Not thread-safe; free functions from any.
// Ownership  Keeps no view of input or output.
// Bounds     About 1 MiB for the compressor's context. Unpacking names what may come out.
// Failure    None to pack.
// Cost       About 2 ns a byte of log text to pack, 1 ns to unpack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace tailrace {

class ZstdCompressor {
 public:
  // `level` as of zstd(1): 1 is fast.
  explicit ZstdCompressor(int level);
  ~ZstdCompressor();
  ZstdCompressor(const ZstdCompressor&) = delete;
  ZstdCompressor& operator=(const ZstdCompressor&) = delete;

  // Appends `input` to `output` as one frame. Equal inputs give equal bytes.
  void AppendTo(std::string_view input, std::string& output);

 private:
  struct Context;
  const std::unique_ptr<Context> context_;
};

// Gives exactly `size` bytes at `offset`, valid until the next call, or none where it cannot.
using ReadAt = absl::FunctionRef<std::string_view(int64_t offset, int64_t size)>;

// Where the frame that begins at `begin` ends, by its own headers: a few bytes of each block are
// read (a block holds up to 128 KiB of input), nothing is unpacked. nullopt: no frame begins there,
// or it goes on beyond `size_bytes`.
std::optional<int64_t> FindZstdFrameEnd(int64_t begin, int64_t size_bytes, ReadAt read);

// Whether `bytes` begin as a frame does; four are enough to tell.
bool BeginsZstdFrame(std::string_view bytes);

// Whether `frame` is one whole frame whose checksum is right. Unpacks into a small buffer.
bool IsSoundZstdFrame(std::string_view frame, uint64_t max_output_bytes);

}  // namespace tailrace
