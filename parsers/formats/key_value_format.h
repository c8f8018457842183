// KeyValueFormat takes pairs apart whose separators are configured:
//
//   env:prod, path:"/a b", beta        pair_separator ",", value_separator ":"
//   ->  env: "prod", path: "/a b", beta: true
//
// Blanks around separators do not count, so with blanks between the pairs `a = 1 b = 2` is two of
// them (and `a= b=2` is one; logfmt reads that as two). A key or a value may stand in quotes, with
// the escapes of quoted_text.h; a value that goes on behind its closing quote is taken as it
// stands, quotes included. A key without value is true, and so is a word that begins with the
// value's separator. A repeated key becomes an array. Values stay text.
//
// Threads    One worker's, as every Format.
// Failure    A text without any pair is refused, as is one with an empty key.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "parsers/format.h"
#include "parsers/formats/repeated_names.h"

namespace tailrace {

struct KeyValueOptions {
  std::string pair_separator = " ";  // Blanks alone stand for any number of blanks.
  std::string value_separator = "=";
  std::string quotes = "\"";  // Each byte is one kind of quote.

  absl::Status Validate() const;
};

class KeyValueFormat final : public Format {
 public:
  // REQUIRES: options.Validate() is ok.
  explicit KeyValueFormat(KeyValueOptions options);

  void Parse(std::span<ParseJob> jobs, ByteArena& arena) override;

 private:
  // Where a text is read; `end` stays.
  struct Reading {
    const char* at;
    const char* end;
    ByteArena& arena;
  };

  bool ParseText(std::string_view text, FieldList& fields, ByteArena& arena) const;
  bool ReadKey(Reading& reading, std::string_view& key, bool& has_value) const;
  bool ReadQuotedKey(Reading& reading, std::string_view& key, bool& has_value) const;
  std::string_view ReadValue(Reading& reading) const;
  bool SkipValueSeparator(Reading& reading) const;

  bool IsQuote(char c) const { return options_.quotes.find(c) != std::string::npos; }
  bool AtPairEnd(const char* at, const char* end) const;
  const char* SkipSpaces(const char* at, const char* end) const;
  const char* SkipPairSeparators(const char* at, const char* end) const;
  const char* FindPairEnd(const char* at, const char* end) const;

  const KeyValueOptions options_;
  bool blank_pairs_ = false;
  std::array<bool, 256> may_separate_ = {};  // First bytes of separators.
};

}  // namespace tailrace
