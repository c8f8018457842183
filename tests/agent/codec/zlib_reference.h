// zlib's idea of gzip, and payloads to try both with.
//
// Threads    Any.
// Failure    ZlibGunzip returns "zlib: ..." for what zlib refuses; tests compare whole strings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

// One gzip member, with a file name in its header when `name` is given.
std::string ZlibGzip(std::string_view input, int level, const char* name = nullptr);

// The content of one or more members.
std::string ZlibGunzip(std::string_view input);

// Log lines, of `bytes` bytes, the same for the same seed.
std::string LogText(size_t bytes, unsigned seed);

// Bytes that do not compress.
std::string Noise(size_t bytes, unsigned seed);

// Empty, tiny, around the limits of a stored block, large; compressible and not.
std::vector<std::string> Payloads();

}  // namespace tailrace
