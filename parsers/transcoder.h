// A Transcoder makes UTF-8 of the lines of a file in another encoding: UTF-16 and UTF-32 of either
// byte order, and every code page that the C library's iconv knows by `iconv -l`.
//
// Threads    Not thread-safe; one a framer. IsUtf8 and Validate: any.
// Failure    What is malformed in the encoding becomes U+FFFD, one for each unit (or byte) that is
//            passed over, and is reported.
// Cost       iconv's: 5-20 ns a character.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tailrace {

class Transcoder {
 public:
  // Whether files in `encoding` need no transcoder: "", "utf-8", "UTF8".
  static bool IsUtf8(std::string_view encoding);
  // OK where IsUtf8 holds or Open would succeed.
  static absl::Status Validate(const std::string& encoding);

  // InvalidArgument: iconv does not know `encoding`, or it is one whose byte order the file must
  // tell (utf-16 without le or be), so that reading could not begin in the middle of the file.
  static absl::StatusOr<std::unique_ptr<Transcoder>> Open(const std::string& encoding);

  ~Transcoder();
  Transcoder(const Transcoder&) = delete;
  Transcoder& operator=(const Transcoder&) = delete;

  // In the encoding. A newline begins at a multiple of unit_bytes() in the file, which are 1, 2
  // or 4; bom() is empty where the encoding has none.
  size_t unit_bytes() const { return newline_.size(); }
  const std::string& newline() const { return newline_; }
  const std::string& carriage_return() const { return carriage_return_; }
  const std::string& bom() const { return bom_; }

  // Where the first newline begins in `units`, which begin at a multiple of unit_bytes(); npos if
  // there is none.
  size_t FindNewline(std::string_view units) const;

  struct Converted {
    size_t source_bytes = 0;  // Fewer than given when the text reached `bytes_max`.
    bool malformed = false;
  };
  // Appends `source`, the text of one line, to `out`, at most `bytes_max` bytes and only whole
  // characters.
  Converted Convert(std::string_view source, size_t bytes_max, std::string& out);

 private:
  class Handle;

  Transcoder(std::unique_ptr<Handle> to_utf8, std::string newline, std::string carriage_return,
             std::string bom);

  const std::unique_ptr<Handle> to_utf8_;
  const std::string newline_;
  const std::string carriage_return_;
  const std::string bom_;
};

}  // namespace tailrace
