// HttpRequestReader makes HTTP/1.x requests without a body (RFC 9112) out of bytes that arrive in
// any pieces, one after the other.
//
// Threads    Not thread-safe.
// Bounds     A head has at most `max_head_bytes`; what has arrived behind a request is kept for the
//            next, within the same bound and the size of one Feed.
// Failure    kMalformed (also for a request with a body) and kTooLarge are final.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tailrace {

class HttpRequestReader {
 public:
  enum class Progress : uint8_t { kNeedMore, kComplete, kMalformed, kTooLarge };

  explicit HttpRequestReader(size_t max_head_bytes);
  ~HttpRequestReader();

  // Begins the next request, with what is left of the bytes fed for the last one.
  [[nodiscard]] Progress Begin();

  // REQUIRES: after Begin, and nothing but kNeedMore since.
  [[nodiscard]] Progress Feed(std::string_view bytes);

  // Of the request, after kComplete.
  std::string method() const;
  std::string target() const;
  bool keep_alive() const;

  // Some bytes of a request have arrived.
  bool begun() const { return !pending_.empty(); }

 private:
  struct Parser;
  Progress Parse();

  const size_t max_head_bytes_;
  std::unique_ptr<Parser> parser_;
  std::string pending_;
};

}  // namespace tailrace
