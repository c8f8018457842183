// ByteArena holds the bytes that are made while a batch is worked on: unescaped texts, rendered
// values. What it hands out stays where it is until Clear.
//
// Threads    Not thread-safe; one a worker.
// Bounds     Follows the largest batch; Clear keeps at most kKeptBytes.
// Cost       No allocation in steady state.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace tailrace {

class ByteArena {
 public:
  static constexpr size_t kChunkBytes = 64 << 10;
  static constexpr size_t kKeptBytes = 1 << 20;
  // May be read, not written, after anything that was handed out; so scanners can load whole words.
  static constexpr size_t kPaddingBytes = 64;

  // `bytes` bytes, not initialised, without alignment.
  char* Allocate(size_t bytes) {
    while (chunk_ < chunks_.size() && chunks_[chunk_].size - used_ < bytes) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      const size_t size = std::max(bytes, kChunkBytes);
      chunks_.push_back({std::make_unique_for_overwrite<char[]>(size + kPaddingBytes), size});
    }
    char* begin = chunks_[chunk_].bytes.get() + used_;
    used_ += bytes;
    return begin;
  }
  // Gives back the end of the last Allocate that turned out not to be needed.
  void Shrink(size_t unused_bytes) { used_ -= unused_bytes; }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* copy = Allocate(text.size());
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  // Ends the life of all that was handed out.
  void Clear() {
    size_t kept = 0, chunks = 0;
    while (chunks < chunks_.size() && kept + chunks_[chunks].size <= kKeptBytes) {
      kept += chunks_[chunks++].size;
    }
    chunks_.resize(chunks);
    chunk_ = used_ = 0;
  }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;
  size_t used_ = 0;
};

}  // namespace tailrace
