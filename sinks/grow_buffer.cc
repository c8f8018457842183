#include "sinks/grow_buffer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

constexpr size_t kSmallestBytes = 16 * 1024;

}  // namespace

GrowBuffer::~GrowBuffer() { Free(); }

GrowBuffer::GrowBuffer(GrowBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

GrowBuffer& GrowBuffer::operator=(GrowBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

void GrowBuffer::Append(std::string_view text) {
  char* out = Reserve(text.size());
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  size_ += text.size();
}

void GrowBuffer::Free() {
  std::free(data_);
  data_ = nullptr;
  size_ = capacity_ = 0;
}

void GrowBuffer::Grow(size_t more) {
  const size_t wanted = std::max({kSmallestBytes, size_ + more, capacity_ * 2});
  void* grown = std::realloc(data_, wanted);
  CHECK(grown != nullptr);
  data_ = static_cast<char*>(grown);
  capacity_ = wanted;
}

}  // namespace tailrace
