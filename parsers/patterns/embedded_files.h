// The files of conf/ that the program carries in itself: grok patterns, presets, and the schema of
// the config.
//
// Threads    Any.
// Ownership  What it returns lives as long as the program.
#pragma once

#include <span>
#include <string_view>

namespace tailrace {

struct EmbeddedFile {
  std::string_view path;  // From the root of the project: "conf/patterns/base/patterns".
  std::string_view text;
};

// In no particular order.
std::span<const EmbeddedFile> EmbeddedFiles();

}  // namespace tailrace
