// FastHash64 tells whether bytes are the same as they were: anchors before a read position, routing
// tables. It is XXH3, whose values are fixed for good, so they may be stored. It keeps nobody out:
// who chooses the bytes can choose the hash.
//
// Threads    Any.
// Cost       No allocation; a few nanoseconds for 64 bytes, above 10 GB/s for long inputs.
#pragma once

#include <cstdint>
#include <string_view>

namespace tailrace {

[[nodiscard]] uint64_t FastHash64(std::string_view bytes, uint64_t seed = 0) noexcept;

}  // namespace tailrace
