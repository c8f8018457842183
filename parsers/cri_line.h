// ParseCriLine takes a line of a container log apart, as the CRI defines it:
//
//   line := time " " ("stdout" | "stderr") " " tag (":" tag)* " " content
//   tag  := "F" (the record ends here) | "P" (it goes on), first; others follow and are passed over
//
//   2026-01-02T03:04:05.678901234Z stdout F hello
//
// Threads    Any.
// Bounds     The header, up to and with the blank before the content, is at most
//            kCriHeaderBytesMax.
// Cost       About 2 ns where the time has 30 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tailrace {

inline constexpr size_t kCriHeaderBytesMax = 128;

struct CriLine {
  std::string_view time;     // Not validated.
  std::string_view content;  // Begins within, or at the end of, the line.
  uint8_t stream = 0;        // 0 stdout, 1 stderr.
  bool ends_record = false;  // F.
};

// What follows the time, " stdout F content". The blank behind the tags may be missing when there
// is no content.
inline bool ParseCriRest(std::string_view rest, CriLine& out) noexcept {
  constexpr size_t kStreamBytes = 8;
  constexpr size_t kTagBytesMax = 48;
  if (rest.size() <= kStreamBytes) return false;
  if (std::memcmp(rest.data(), " stdout ", kStreamBytes) == 0) {
    out.stream = 0;
  } else if (std::memcmp(rest.data(), " stderr ", kStreamBytes) == 0) {
    out.stream = 1;
  } else {
    return false;
  }
  const char tag = rest[kStreamBytes];
  if (tag != 'F' && tag != 'P') return false;
  out.ends_record = tag == 'F';
  rest.remove_prefix(kStreamBytes + 1);
  if (rest.empty() || rest[0] == ' ') [[likely]] {
    out.content = rest.substr(rest.empty() ? 0 : 1);
    return true;
  }
  if (rest[0] != ':') return false;
  const size_t blank = rest.substr(0, kTagBytesMax).find(' ');
  if (blank == std::string_view::npos) {
    if (rest.size() > kTagBytesMax) return false;
    out.content = rest.substr(rest.size());
    return true;
  }
  out.content = rest.substr(blank + 1);
  return true;
}

inline bool ParseCriLine(std::string_view line, CriLine& out) noexcept {
  constexpr size_t kUsualTimeBytes = 30;
  constexpr size_t kTimeBytesMax = 64;
  size_t time_bytes = kUsualTimeBytes;
  // Behind a shorter time the blank at this place may be another one, but the 'Z' cannot be.
  if (line.size() <= kUsualTimeBytes || line[kUsualTimeBytes] != ' ' ||
      line[kUsualTimeBytes - 1] != 'Z') {
    time_bytes = line.substr(0, kTimeBytesMax).find(' ');
    if (time_bytes == std::string_view::npos) return false;
  }
  out.time = line.substr(0, time_bytes);
  return ParseCriRest(line.substr(time_bytes), out);
}

}  // namespace tailrace
