// GrowBuffer is the growing byte buffer that encoders append to. Writers ask for room once a
// record and then store without checks.
//
// Threads    Not thread-safe; moves between threads with its payload.
// Ownership  Owns its bytes. Pointers into it are valid until the next Reserve.
// Cost       Doubles by realloc; large blocks move by page tables, not by copy.
#pragma once

#include <cstddef>
#include <string_view>

namespace tailrace {

class GrowBuffer {
 public:
  // Writers may scribble this many bytes past what they commit (SIMD stores).
  static constexpr size_t kSlackBytes = 64;

  GrowBuffer() = default;
  ~GrowBuffer();
  GrowBuffer(GrowBuffer&& other) noexcept;
  GrowBuffer& operator=(GrowBuffer&& other) noexcept;

  // A place for `bytes` more (and the slack). Commit what was written.
  char* Reserve(size_t bytes) {
    if (capacity_ - size_ < bytes + kSlackBytes) Grow(bytes + kSlackBytes);
    return data_ + size_;
  }
  void CommitUpTo(const char* end) { size_ = static_cast<size_t>(end - data_); }
  void Append(std::string_view text);

  const char* data() const { return data_; }
  char* data() { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_, size_}; }
  void clear() { size_ = 0; }
  void Truncate(size_t size) { size_ = size; }
  // Gives the memory back.
  void Free();

 private:
  void Grow(size_t more);

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace tailrace
