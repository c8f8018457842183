// The project's own files as the architecture test reads them: once, from the working directory.
//
// Threads    Not thread-safe.
// Bounds     The whole tree is held in memory; it is a few megabytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

// `text` with comments and the insides of literals blanked out, so that what is left is code. Every
// line keeps its number and every character its column; digit separators become `_`.
std::string BlankedCode(std::string_view text);

// Same, without preprocessor lines either.
std::string WithoutPreprocessor(std::string_view blanked);

std::vector<std::string> SplitLines(std::string_view text);

struct SourceFile {
  std::string path;                  // From the root: "agent/base/status.h".
  std::vector<std::string> lines;    // As they stand in the file.
  std::vector<std::string> blanked;  // Lines of BlankedCode.
  std::string code;                  // WithoutPreprocessor.

  bool is_header() const { return path.ends_with(".h"); }
};

SourceFile MakeSourceFile(std::string path, std::string_view text);

struct SourceTree {
  std::vector<std::string> paths;   // Every file below the root but hidden and built ones.
  std::vector<SourceFile> sources;  // .h and .cc
  std::vector<SourceFile> scripts;  // CMakeLists.txt and .cmake; only path and lines are set.
};

// REQUIRES: `root` is the project's root.
SourceTree ReadSourceTree(const std::string& root);

}  // namespace tailrace
