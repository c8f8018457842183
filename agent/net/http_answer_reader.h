// HttpAnswerReader makes an HTTP/1.1 answer (RFC 9112) out of bytes that arrive in any pieces:
// bodies with a length, in chunks, or up to the end of the connection. Interim answers (1xx) are
// passed over.
//
// Threads    Not thread-safe.
// Bounds     The head, a chunk's head and trailers: `kMaxHeadBytes`; the body: `max_body_bytes`, of
//            which only `kKeptOfOthersBytes` are kept when it is no JSON or the status is 5xx (the
//            page of a proxy). It grows with what arrives, never with what a header promises.
// Failure    kMalformed and kTooLarge are final; error() has the words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tailrace {

struct HttpAnswer {
  int status = 0;
  // "" where the answer has none.
  std::string content_type;
  std::string content_encoding;
  std::string retry_after;
  std::string elastic_product;  // X-Elastic-Product.
  std::string location;         // Where a 3xx points; nobody follows it.
  std::string body;
};

class HttpAnswerReader {
 public:
  static constexpr size_t kMaxHeadBytes = 16 * 1024;
  static constexpr size_t kKeptOfOthersBytes = 64 * 1024;

  enum class Progress : uint8_t { kNeedMore, kComplete, kMalformed, kTooLarge };
  enum class Expect : uint8_t { kBody, kHeadOnly };  // kHeadOnly: the request was HEAD.

  explicit HttpAnswerReader(size_t max_body_bytes);
  ~HttpAnswerReader();

  // Forgets everything and waits for the next answer.
  void Begin(Expect expect);

  // REQUIRES: after Begin, and nothing but kNeedMore since.
  [[nodiscard]] Progress Feed(std::string_view bytes);

  // The peer has closed: kComplete when that is how this answer ends.
  [[nodiscard]] Progress FinishAtClose();

  // After kComplete. Moves the answer out.
  HttpAnswer TakeAnswer();

  // After kComplete: the connection may carry another request. False when the peer wants to close
  // or sent more than the answer.
  bool keep_alive() const;

  std::string_view error() const { return error_; }

 private:
  struct Parser;
  Progress Parse(std::string_view bytes, size_t& consumed);

  const size_t max_body_bytes_;
  std::unique_ptr<Parser> parser_;
  Expect expect_ = Expect::kBody;
  std::string pending_;  // Unparsed, since a line is parsed when it is complete.
  std::string error_;
};

}  // namespace tailrace
