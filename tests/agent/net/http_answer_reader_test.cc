#include "agent/net/http_answer_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace tailrace {
namespace {

using Progress = HttpAnswerReader::Progress;
using Expect = HttpAnswerReader::Expect;

struct Read {
  Progress progress;
  HttpAnswer answer;
  bool keep_alive = false;
};

// Feeds `pieces`, then the end of the connection when the answer is not complete by then.
Read ReadPieces(const std::vector<std::string>& pieces, Expect expect = Expect::kBody,
                size_t max_body_bytes = 1 << 20) {
  HttpAnswerReader reader(max_body_bytes);
  reader.Begin(expect);
  Progress progress = Progress::kNeedMore;
  for (const std::string& piece : pieces) {
    // On the heap and of its exact size, so that ASan sees a read beyond it.
    const std::unique_ptr<char[]> copy(new char[piece.size()]);
    piece.copy(copy.get(), piece.size());
    progress = reader.Feed({copy.get(), piece.size()});
    if (progress != Progress::kNeedMore) break;
  }
  if (progress == Progress::kNeedMore) progress = reader.FinishAtClose();
  Read read{progress, {}, false};
  if (progress == Progress::kComplete) {
    read.keep_alive = reader.keep_alive();
    read.answer = reader.TakeAnswer();
  } else {
    EXPECT_FALSE(reader.error().empty());
  }
  return read;
}

std::vector<std::string> Bytes(std::string_view text) {
  std::vector<std::string> bytes;
  for (char c : text) bytes.emplace_back(1, c);
  return bytes;
}

struct Good {
  const char* name;
  std::string text;
  int status;
  std::string body;
  bool keep_alive;
};

std::vector<Good> GoodAnswers() {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  return {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true},
      {"empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true},
      {"no reason", "HTTP/1.1 413 \r\ncontent-length: 2\r\n\r\nno", 413, "no", true},
      {"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", 200, "x",
       false},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false},
      {"to the end", "HTTP/1.1 200 OK\r\n\r\nall there is", 200, "all there is", false},
      {"chunks", chunked + "5\r\nhello\r\n1;ext=\"q\"\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n", 200,
       "hello 0123456789", true},
      {"no chunks", chunked + "0\r\n\r\n", 200, "", true},
      {"trailers", chunked + "2\r\nhi\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", 200, "hi", true},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
      {"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "", true},
      {"100 before", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
       200, "hi", true},
      {"103 twice",
       "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 103 E\r\n\r\n"
       "HTTP/1.1 201 C\r\nContent-Length: 1\r\n\r\ny",
       201, "y", true},
      {"redirect", "HTTP/1.1 301 Moved\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n", 301,
       "", true},
  };
}

TEST(HttpAnswerReader, AnswersOfEveryShapeInOnePiece) {
  for (const Good& c : GoodAnswers()) {
    const Read read = ReadPieces({c.text});
    ASSERT_EQ(read.progress, Progress::kComplete) << c.name;
    EXPECT_EQ(read.answer.status, c.status) << c.name;
    EXPECT_EQ(read.answer.body, c.body) << c.name;
    EXPECT_EQ(read.keep_alive, c.keep_alive) << c.name;
  }
}

TEST(HttpAnswerReader, AnySplitGivesTheSame) {
  for (const Good& c : GoodAnswers()) {
    std::vector<std::vector<std::string>> splits = {Bytes(c.text)};
    for (size_t i = 1; i < c.text.size(); ++i) {
      splits.push_back({c.text.substr(0, i), c.text.substr(i)});
    }
    for (size_t i = 0; i < splits.size(); ++i) {
      const Read read = ReadPieces(splits[i]);
      ASSERT_EQ(read.progress, Progress::kComplete) << c.name << " " << i;
      EXPECT_EQ(read.answer.status, c.status) << c.name << " " << i;
      EXPECT_EQ(read.answer.body, c.body) << c.name << " " << i;
      EXPECT_EQ(read.keep_alive, c.keep_alive) << c.name << " " << i;
    }
  }
}

TEST(HttpAnswerReader, HeadersThatMatterAreKept) {
  const Read read =
      ReadPieces({"HTTP/1.1 429 Too Many\r\nCONTENT-TYPE: application/json\r\nretry-after: 7\r\n"
                  "x-elastic-product: Elasticsearch\r\nContent-Encoding: gzip\r\nLocation: /l\r\n"
                  "Set-Cookie: a\r\nContent-Length: 0\r\n\r\n"});
  EXPECT_EQ(read.answer.content_type, "application/json");
  EXPECT_EQ(read.answer.retry_after, "7");
  EXPECT_EQ(read.answer.elastic_product, "Elasticsearch");
  EXPECT_EQ(read.answer.content_encoding, "gzip");
  EXPECT_EQ(read.answer.location, "/l");
}

TEST(HttpAnswerReader, AnAnswerToHeadHasNoBody) {
  const Read read =
      ReadPieces({"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"}, Expect::kHeadOnly);
  EXPECT_EQ(read.progress, Progress::kComplete);
  EXPECT_TRUE(read.keep_alive);
}

TEST(HttpAnswerReader, MoreThanTheAnswerSpoilsTheConnection) {
  for (const char* surplus : {"x", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    const Read read =
        ReadPieces({std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") + surplus});
    EXPECT_EQ(read.progress, Progress::kComplete);
    EXPECT_EQ(read.answer.body, "hi");
    EXPECT_FALSE(read.keep_alive);
  }
}

TEST(HttpAnswerReader, BadAnswers) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string cap_body(1025, 'x');
  const struct {
    const char* name;
    std::string text;
    Progress progress;
  } cases[] = {
      {"nothing", "", Progress::kMalformed},
      {"garbage", "\x16\x03\x01\x02garbage\r\n\r\n", Progress::kMalformed},
      {"SSH", "SSH-2.0-OpenSSH_9.2\r\n\r\n", Progress::kMalformed},
      {"HTTP/2", "HTTP/2 200 OK\r\n\r\n", Progress::kMalformed},
      {"no status", "HTTP/1.1 abc OK\r\n\r\n", Progress::kMalformed},
      {"status cut", "HTTP/1.1 20", Progress::kMalformed},
      {"head cut", "HTTP/1.1 200 OK\r\nContent-Le", Progress::kMalformed},
      {"header without colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", Progress::kMalformed},
      {"body cut", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", Progress::kMalformed},
      {"length no number", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", Progress::kMalformed},
      {"length overflows", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
       Progress::kMalformed},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
       Progress::kMalformed},
      {"chunked and length",
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       Progress::kMalformed},
      {"chunk cut", chunked + "5\r\nhel", Progress::kMalformed},
      {"last chunk missing", chunked + "5\r\nhello\r\n", Progress::kMalformed},
      {"last line missing", chunked + "0\r\n", Progress::kMalformed},
      {"chunk size no number", chunked + "zz\r\n", Progress::kMalformed},
      {"chunk too long for its size", chunked + "2\r\nhello\r\n0\r\n\r\n", Progress::kMalformed},
      {"100 alone", "HTTP/1.1 100 Continue\r\n\r\n", Progress::kMalformed},
      {"length over the cap", "HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n",
       Progress::kTooLarge},
      {"chunk over the cap", chunked + "401\r\n", Progress::kTooLarge},
      {"chunks over the cap", chunked + "3ff\r\n" + cap_body.substr(0, 1023) + "\r\n2\r\n",
       Progress::kTooLarge},
      {"body to the end over the cap", "HTTP/1.1 200 OK\r\n\r\n" + cap_body, Progress::kTooLarge},
      {"endless status line", "HTTP/1.1 200 " + std::string(20000, 'a'), Progress::kTooLarge},
      {"endless header", "HTTP/1.1 200 OK\r\nA: " + std::string(20000, 'a'), Progress::kTooLarge},
      {"endless chunk head", chunked + "1;" + std::string(20000, 'a'), Progress::kTooLarge},
      {"endless trailers", chunked + "0\r\nA: " + std::string(20000, 'a'), Progress::kTooLarge},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ReadPieces({c.text}, Expect::kBody, 1024).progress, c.progress) << c.name;
    EXPECT_EQ(ReadPieces(Bytes(c.text), Expect::kBody, 1024).progress, c.progress) << c.name;
  }
}

TEST(HttpAnswerReader, EndlessHeadersStopAtTheCap) {
  HttpAnswerReader reader(1 << 20);
  reader.Begin(Expect::kBody);
  Progress progress = reader.Feed("HTTP/1.1 200 OK\r\n");
  int headers = 0;
  while (progress == Progress::kNeedMore) {
    progress = reader.Feed("X-Header: value\r\n");
    ASSERT_LT(++headers, 2000);
  }
  EXPECT_EQ(progress, Progress::kTooLarge);
}

TEST(HttpAnswerReader, ABodyOfExactlyTheCapIsFine) {
  const std::string body(1024, 'b');
  const Read read =
      ReadPieces({"HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n" + body}, Expect::kBody, 1024);
  EXPECT_EQ(read.progress, Progress::kComplete);
  EXPECT_EQ(read.answer.body, body);
}

TEST(HttpAnswerReader, KeepsOnlyTheBeginningOfWhatIsNoAnswerOfAnApi) {
  const std::string page(300'000, 'x');
  const struct {
    const char* head;
    size_t kept;
  } cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Type: application/json", page.size()},
      {"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=UTF-8", page.size()},
      {"HTTP/1.1 200 OK", page.size()},
      {"HTTP/1.1 200 OK\r\nContent-Type: text/html", HttpAnswerReader::kKeptOfOthersBytes},
      {"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json",
       HttpAnswerReader::kKeptOfOthersBytes},
  };
  for (const auto& c : cases) {
    const std::string length = "\r\nContent-Length: " + std::to_string(page.size()) + "\r\n\r\n";
    const Read read = ReadPieces({c.head + length, page.substr(0, 1000), page.substr(1000)});
    ASSERT_EQ(read.progress, Progress::kComplete) << c.head;
    EXPECT_EQ(read.answer.body.size(), c.kept) << c.head;
    EXPECT_TRUE(read.keep_alive) << c.head;
  }
}

TEST(HttpAnswerReader, BeginForgetsDamage) {
  HttpAnswerReader reader(1 << 20);
  for (int round = 0; round < 3; ++round) {
    reader.Begin(Expect::kBody);
    EXPECT_EQ(reader.Feed("garbage\r\n\r\n"), Progress::kMalformed);
    reader.Begin(Expect::kBody);
    EXPECT_EQ(reader.Feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), Progress::kComplete);
    EXPECT_TRUE(reader.keep_alive());
    EXPECT_EQ(reader.TakeAnswer().body, "hi");
  }
}

}  // namespace
}  // namespace tailrace
