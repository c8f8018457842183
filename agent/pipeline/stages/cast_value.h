// What texts and numbers are as values of other types, written as JSON tokens (see cast_stage.h).
//
// Threads    Any.
// Failure    false for what is no such value; what is in `token` then means nothing.
// Cost       10 to 20 ns; nothing is allocated.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace tailrace {

// A number as it is written; long enough for every one that these functions make.
struct NumberToken {
  std::array<char, 48> bytes{};
  size_t size = 0;

  std::string_view text() const { return {bytes.data(), size}; }
};

[[nodiscard]] bool ReadInt(std::string_view text, NumberToken& token);
[[nodiscard]] bool ReadFloat(std::string_view text, NumberToken& token);
[[nodiscard]] bool ReadBool(std::string_view text, bool& value);
[[nodiscard]] bool ReadSeconds(std::string_view text, NumberToken& token);
[[nodiscard]] bool ReadByteCount(std::string_view text, NumberToken& token);

}  // namespace tailrace
