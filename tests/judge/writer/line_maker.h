// Makes the text of generated lines: what applications print, in several shapes, each around one
// line of core/line.h.
//
// Invariants  The same seed makes the same texts. No text contains a newline or invalid UTF-8.
// Threads     Not thread-safe.
// Cost        Under 1 us a line of 400 bytes.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

class LineMaker {
 public:
  // `shapes` is a comma-separated list of: text, json, message (JSON whose key is `message`),
  // duplicate (a key twice), broken (invalid JSON), forged (JSON that names a namespace of its
  // own), long (multi-KiB payloads). Empty: all.
  LineMaker(std::string run, uint64_t seed, std::string_view shapes);

  // False when a name in `shapes` was none.
  bool valid() const { return valid_; }
  // Appends the text of line `seq` of `file`.
  void Append(uint64_t file, uint64_t seq, std::string* out);
  // A number in [0, below).
  uint64_t Draw(uint64_t below) { return engine_() % below; }
  bool Chance(double probability);

 private:
  enum class Shape { kText, kJson, kMessage, kDuplicate, kBroken, kForged };

  std::string_view Payload();
  void AppendJson(Shape shape, std::string* out);

  const std::string run_;
  std::mt19937_64 engine_;
  std::string pool_;
  std::vector<Shape> shapes_;  // one is drawn; a shape stands as often as it is likely
  bool long_lines_ = false;
  bool valid_ = true;
  std::string line_;
};

}  // namespace tailrace
