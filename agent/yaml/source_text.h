// SourceText keeps the text of one file for as long as something may be said about it: it turns
// byte offsets into lines and columns, and gives the line back for a diagnostic.
//
// Invariants  Lines end at "\n"; a "\r" before it belongs to the line break.
// Threads     Immutable after construction; any.
// Ownership   Owns its text. A Place points to it and must not outlive it.
// Units       Offsets are bytes from 0; lines and columns count from 1, columns in characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

struct Mark {
  size_t line = 1;
  size_t column = 1;
};

class SourceText {
 public:
  SourceText(std::string name, std::string text);
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }

  Mark MarkAt(size_t offset) const;
  size_t LineNumber(size_t offset) const { return LineIndex(offset) + 1; }
  // The line that holds `offset`, without its line break.
  std::string_view LineAt(size_t offset) const;
  // `offset` counted from the start of its line.
  size_t OffsetInLine(size_t offset) const;

 private:
  size_t LineIndex(size_t offset) const;

  const std::string name_;
  const std::string text_;
  std::vector<size_t> line_starts_;
};

// Where something stands. A Place with no source stands nowhere in particular.
struct Place {
  const SourceText* source = nullptr;
  size_t offset = 0;
};

// The offset of the first byte that is not part of well-formed UTF-8 (RFC 3629), or npos.
size_t FirstInvalidUtf8(std::string_view text);

}  // namespace tailrace
