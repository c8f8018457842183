// What nlohmann/json, an independent parser, makes of a text: the other opinion in the tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace tailrace {

// The value (of a name that stands twice, the last one), or nullopt for what it refuses.
std::optional<nlohmann::json> ReferenceParse(std::string_view text);

// Whether it takes the text for JSON; nullopt where it does not say, since a number overflows.
std::optional<bool> ReferenceAccepts(std::string_view text);

// The nesting of the deepest container, by brackets outside of strings.
size_t BracketDepth(std::string_view text);

// Writes valid JSON at random: few names, so that they repeat, escapes, whitespace.
class RandomJson {
 public:
  explicit RandomJson(uint32_t seed) : random_(seed) {}

  std::string Object(int depth);
  std::string Value(int depth);
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

 private:
  std::string Array(int depth);
  std::string Name();
  std::string Space();

  std::mt19937 random_;
};

}  // namespace tailrace
