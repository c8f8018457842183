// One HTTP/1.1 request out of a byte stream, Content-Length or chunked, and the answer that goes
// back.
//
// Threads   Not thread-safe.
// Bounds    A head of kMaxHeadBytes, a body of kMaxBodyBytes; what is longer is kBad.
// Failure   kBad is final: the connection is to be closed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tailrace {

inline constexpr size_t kMaxHeadBytes = 64 << 10;
inline constexpr size_t kMaxBodyBytes = 256 << 20;

struct HttpRequest {
  std::string method;
  std::string path;                           // without the query, percent-decoded
  std::map<std::string, std::string> query;   // percent-decoded
  std::map<std::string, std::string> header;  // names in lower case
  std::string body;                           // as on the wire, only the chunks' framing taken off
  bool keep_alive = true;
};

// What becomes of the connection instead of, or after, a proper answer.
enum class HttpFate {
  kAnswer,
  kReset,     // RST, nothing sent
  kTruncate,  // half of the body, then closed
  kNever,     // no answer, the connection stays open
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  HttpFate fate = HttpFate::kAnswer;
  int64_t delay_ms = 0;
};

// The bytes to send for kAnswer.
std::string RenderAnswer(const HttpAnswer& answer, bool head_only, bool keep_alive);

class HttpParser {
 public:
  enum class Progress { kNeedMore, kReady, kBad };

  void Feed(std::string_view bytes) { buffer_.append(bytes); }
  // kReady fills `request`, and what follows it in the stream stays for the next call.
  Progress Next(HttpRequest* request);
  // True once after a head that asked for `100 Continue`.
  bool TakeContinue();

 private:
  enum class Part { kHead, kBody, kChunkSize, kChunk, kTrailer };

  Progress ParseHead();
  Progress ParseChunkSize();
  Progress ParseTrailer();
  Progress TakeBody(bool chunk);
  // The next line without its CRLF; false when it is not whole yet.
  bool TakeLine(std::string* line);
  void Compact();

  std::string buffer_;
  size_t used_ = 0;  // bytes of buffer_ that are done with
  Part part_ = Part::kHead;
  size_t body_bytes_ = 0;
  HttpRequest request_;
  bool continue_ = false;
};

}  // namespace tailrace
