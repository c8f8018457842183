// ParseDockerEntry reads a line of docker's json-file driver:
//
//   {"log":"GET /\n","stream":"stdout","time":"2026-01-02T03:04:05.678901234Z"}
//
// in any order of the keys. Of keys that are not named here only the syntax is checked (`attrs`
// holds labels); of a key that stands twice the last one counts.
//
// Threads    Any.
// Bounds     Values nest at most 64 deep.
// Failure    Whatever RFC 8259 does not allow, a `log` that is missing, and a value of these three
//            keys that is no string, make the line no entry.
// Cost       About 30 ns where nothing but the final newline is escaped.
#pragma once

#include <string_view>

namespace tailrace {

// Insides of JSON strings, as they stand in the line.
struct DockerEntry {
  std::string_view log;
  std::string_view stream;
  std::string_view time;
};

[[nodiscard]] bool ParseDockerEntry(std::string_view line, DockerEntry& out) noexcept;

}  // namespace tailrace
