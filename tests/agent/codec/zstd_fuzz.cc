// Where our walk over the headers says that a frame ends, libzstd says so too, whatever the bytes
// are; and what unpacks with a right checksum ends there.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/check.h"
#include "agent/codec/zstd.h"
#include "tests/agent/codec/zstd_reference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t kOutputMax = 1 << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto read = [&](int64_t offset, int64_t length) {
    CHECK(offset >= 0 && length >= 0 && offset + length <= static_cast<int64_t>(size));
    return bytes.substr(static_cast<size_t>(offset), static_cast<size_t>(length));
  };
  const int64_t end = tailrace::FindZstdFrameEnd(0, static_cast<int64_t>(size), read).value_or(-1);
  // libzstd looks at more than where the frame ends: that no block is over 128 KiB, for one.
  const int64_t theirs = tailrace::ZstdFirstFrameBytes(bytes);
  CHECK(theirs < 0 || theirs == end);
  if (tailrace::IsSoundZstdFrame(bytes, kOutputMax)) CHECK(end == static_cast<int64_t>(size));
  return 0;
}
