// The distance that keeps two threads' variables on different cache lines.
//
// Units      Bytes. Fixed, since std::hardware_destructive_interference_size may differ between
//            translation units; 64 is right for x86-64 and for nearly every arm64.
#pragma once

#include <cstddef>

namespace tailrace {

inline constexpr size_t kCacheLineBytes = 64;

}  // namespace tailrace
