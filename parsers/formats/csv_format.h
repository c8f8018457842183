// CsvFormat takes one record of delimited values apart, by RFC 4180:
//
//   2026-01-02,"say ""hi""",,7     columns [time, text, "", n]
//   ->  time: "2026-01-02", text: "say \"hi\"", n: "7"
//
// A value may stand in quotes, within which a quote is doubled and delimiters and newlines are
// text. A quote elsewhere in a value is text. Values stay text, blanks included; empty ones are
// fields.
//
// A column named "" is left out. A record may end before the last column, as those of older
// versions of a program do. Without columns the fields are column1, column2, ...
//
// Threads    One worker's, as every Format.
// Bounds     kColumnsMax values a record.
// Failure    Refused: an empty text, more values than columns, a single value where several columns
//            are named, a quote that nothing ends, and text behind a closing quote.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "parsers/format.h"

namespace tailrace {

struct CsvOptions {
  std::vector<std::string> columns = {};
  std::string delimiter = ",";  // One byte.
  std::string quote = "\"";     // One byte.

  absl::Status Validate() const;
};

class CsvFormat final : public Format {
 public:
  static constexpr size_t kColumnsMax = 1000;

  // REQUIRES: options.Validate() is ok.
  explicit CsvFormat(CsvOptions options);

  void Parse(std::span<ParseJob> jobs, ByteArena& arena) override;

 private:
  bool ParseText(std::string_view text, FieldList& fields, ByteArena& arena) const;
  const char* ReadValue(const char* at, const char* end, ByteArena& arena,
                        std::string_view& value) const;
  std::string_view NameOf(size_t column, ByteArena& arena) const;

  std::vector<std::string> columns_;
  char delimiter_ = ',';
  char quote_ = '"';
};

}  // namespace tailrace
