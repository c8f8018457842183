// Inflates a gzip body, any number of members, up to a cap.
//
// Threads   Stateless.
// Bounds    `max_bytes` of output; beyond it kTooLarge, however small the input.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tailrace {

enum class InflateResult { kGood, kBad, kTooLarge };

InflateResult Inflate(std::string_view compressed, size_t max_bytes, std::string* out);

}  // namespace tailrace
