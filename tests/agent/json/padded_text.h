// PaddedText holds a text with exactly the bytes after it that a JsonWalker may read, so that the
// address sanitizer sees any read beyond. They are filled with tokens, which must not matter.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "agent/json/json_walker.h"

namespace tailrace {

class PaddedText {
 public:
  explicit PaddedText(std::string_view text)
      : bytes_(text.begin(), text.end()), size_(text.size()) {
    constexpr std::string_view kFiller = "}],\"x\":1";
    for (size_t i = 0; i < JsonWalker::kReadBeyond; ++i) {
      bytes_.push_back(kFiller[i % kFiller.size()]);
    }
    bytes_.shrink_to_fit();
  }

  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::vector<char> bytes_;
  size_t size_;
};

}  // namespace tailrace
