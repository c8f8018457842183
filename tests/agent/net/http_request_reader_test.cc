#include "agent/net/http_request_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

using Progress = HttpRequestReader::Progress;

TEST(HttpRequestReader, RequestsOneAfterTheOtherAtAnySplit) {
  const std::string text =
      "GET /a?x=1 HTTP/1.1\r\nHost: x\r\n\r\n"
      "HEAD /b HTTP/1.0\r\n\r\n"
      "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  for (size_t piece_bytes = 1; piece_bytes <= text.size(); ++piece_bytes) {
    HttpRequestReader reader(8192);
    std::string seen;
    Progress progress = reader.Begin();
    for (size_t start = 0; start < text.size(); start += piece_bytes) {
      ASSERT_EQ(progress, Progress::kNeedMore);
      progress = reader.Feed(text.substr(start, piece_bytes));
      while (progress == Progress::kComplete) {
        seen += reader.method() + " " + reader.target() + (reader.keep_alive() ? " + " : " - ");
        progress = reader.Begin();
      }
    }
    EXPECT_EQ(seen, "GET /a?x=1 + HEAD /b - POST /c - ") << piece_bytes;
    EXPECT_FALSE(reader.begun());
  }
}

TEST(HttpRequestReader, BadRequests) {
  const struct {
    const char* name;
    std::string text;
    Progress progress;
  } cases[] = {
      {"garbage", "\x16\x03\x01garbage\r\n\r\n", Progress::kMalformed},
      {"no version", "GET /\r\n\r\n", Progress::kMalformed},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\n", Progress::kMalformed},
      {"no colon", "GET / HTTP/1.1\r\nnonsense\r\n\r\n", Progress::kMalformed},
      {"body", "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", Progress::kMalformed},
      {"chunks", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       Progress::kMalformed},
      {"endless target", "GET /" + std::string(2000, 'a'), Progress::kTooLarge},
      {"endless header", "GET / HTTP/1.1\r\nA: " + std::string(2000, 'a'), Progress::kTooLarge},
      {"cut", "GET / HTTP/1.1\r\nHost: x\r\n", Progress::kNeedMore},
  };
  for (const auto& c : cases) {
    HttpRequestReader whole(1024), bytewise(1024);
    EXPECT_EQ(whole.Begin(), Progress::kNeedMore);
    EXPECT_EQ(whole.Feed(c.text), c.progress) << c.name;
    Progress progress = bytewise.Begin();
    for (size_t i = 0; i < c.text.size() && progress == Progress::kNeedMore; ++i) {
      progress = bytewise.Feed(c.text.substr(i, 1));
    }
    EXPECT_EQ(progress, c.progress) << c.name;
  }
}

}  // namespace
}  // namespace tailrace
