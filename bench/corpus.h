// The texts that the benchmarks read: made from a fixed seed, so that figures of two machines or
// two commits speak of the same bytes.
//
//   kJson       378 B a line: an application's JSON with 11 members, one of them an object; every
//               tenth message holds escapes
//   kNginx      nginx's combined format, 204 B
//   kText       an unstructured message, 324 B
//   kCri...     the same, each line with the 40 bytes that containerd puts before it
//
// Threads    Any.
// Units      Sizes in bytes; a corpus ends with the first line that reaches its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

enum class CorpusKind : uint8_t { kJson, kCriJson, kNginx, kCriNginx, kText, kCriText };

// Lines that end with '\n', and kCorpusPadding bytes after the last one in the string's capacity.
inline constexpr size_t kCorpusPadding = 128;
std::string MakeCorpus(CorpusKind kind, size_t size_bytes);

// The lines of `text` without their '\n'.
std::vector<std::string_view> SplitLines(std::string_view text);

}  // namespace tailrace
