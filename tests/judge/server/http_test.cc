#include "tests/judge/server/http.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

constexpr std::string_view kLength =
    "POST /a%2Fb/_bulk?filter_path=errors%2Citems.*&x HTTP/1.1\r\nHost: h\r\nX-Thing:  v \r\n"
    "Content-Length: 5\r\n\r\nhello";
constexpr std::string_view kChunked =
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nT: "
    "1\r\n\r\n";

TEST(HttpParser, ReadsRequestsAtEverySplit) {
  const std::string both = std::string(kLength) + std::string(kChunked);
  for (size_t split = 0; split <= both.size(); ++split) {
    HttpParser parser;
    HttpRequest request;
    std::vector<HttpRequest> requests;
    for (const std::string& part : {both.substr(0, split), both.substr(split)}) {
      parser.Feed(part);
      HttpParser::Progress progress;
      while ((progress = parser.Next(&request)) == HttpParser::Progress::kReady) {
        requests.push_back(request);
      }
      ASSERT_EQ(progress, HttpParser::Progress::kNeedMore) << split;
    }
    ASSERT_EQ(requests.size(), 2u) << split;
    EXPECT_EQ(requests[0].path, "/a/b/_bulk");
    EXPECT_EQ(requests[0].query.at("filter_path"), "errors,items.*");
    EXPECT_EQ(requests[0].header.at("x-thing"), "v");
    EXPECT_EQ(requests[0].body, "hello");
    EXPECT_EQ(requests[1].body, "hello world");
    EXPECT_TRUE(requests[1].keep_alive);
  }
}

TEST(HttpParser, SaysOnceThatAContinueIsAwaited) {
  HttpParser parser;
  HttpRequest request;
  parser.Feed("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n");
  EXPECT_EQ(parser.Next(&request), HttpParser::Progress::kNeedMore);
  EXPECT_TRUE(parser.TakeContinue());
  EXPECT_FALSE(parser.TakeContinue());
  parser.Feed("x");
  EXPECT_EQ(parser.Next(&request), HttpParser::Progress::kReady);
}

TEST(HttpParser, RefusesWhatIsNoRequest) {
  const std::string streams[] = {"nonsense\r\n\r\n",
                                 "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                                 "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                                 "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
                                 "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
                                 "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                                 "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
                                 std::string(kMaxHeadBytes + 1, 'x')};
  for (const std::string& stream : streams) {
    HttpParser parser;
    HttpRequest request;
    parser.Feed(stream);
    EXPECT_EQ(parser.Next(&request), HttpParser::Progress::kBad) << stream.substr(0, 80);
  }
}

TEST(HttpParser, AConnectionEndsWhenAsked) {
  for (const std::string head :
       {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nConnection: Close\r\n\r\n"}) {
    HttpParser parser;
    HttpRequest request;
    parser.Feed(head);
    ASSERT_EQ(parser.Next(&request), HttpParser::Progress::kReady);
    EXPECT_FALSE(request.keep_alive);
  }
}

TEST(RenderAnswer, ACompleteAnswerCarriesTheProductAndTheLength) {
  HttpAnswer answer;
  answer.body = "{}";
  const std::string bytes = RenderAnswer(answer, false, true);
  EXPECT_TRUE(bytes.starts_with("HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\n"));
  EXPECT_TRUE(bytes.ends_with("Content-Length: 2\r\n\r\n{}"));
  EXPECT_TRUE(RenderAnswer(answer, true, false).ends_with("Connection: close\r\n\r\n"));
}

}  // namespace
}  // namespace tailrace
