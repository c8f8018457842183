#include "sinks/dead_letter.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace tailrace {
namespace {

std::string Encode(std::string_view document, std::string_view reason = "r") {
  GrowBuffer out;
  out.Append("before\n");
  AppendDeadLetter({"es", reason, document, 1'767'323'045'678'901'234}, out);
  EXPECT_EQ(out.view().substr(0, 7), "before\n");
  return std::string(out.view().substr(7));
}

TEST(DeadLetter, IsOneLineThatSaysWhenWhereWhyAndWhat) {
  EXPECT_EQ(Encode(R"({"a":1})", "mapper_parsing_exception: \"x\""),
            R"({"@timestamp":"2026-01-02T03:04:05.678901234Z","sink":"es",)"
            R"("reason":"mapper_parsing_exception: \"x\"","record":{"a":1}})"
            "\n");
}

TEST(DeadLetter, KeepsADocumentAsItIsAndAnythingElseAsAString) {
  const struct {
    std::string document;
    bool as_it_is;
  } cases[] = {
      {R"({})", true},
      {R"({"a":{"b":[1,2,{"c":null}]},"d":"\u00e9\n"})", true},
      {"{\"a\":\"\xc3\xa9\"}", true},
      {R"({"a":1)", false},
      {R"({"a":1}})", false},
      {R"({"a":1,})", false},
      {"", false},
      {"text", false},
      {"[1]", false},
      {"{\"a\":\n1}", false},
      {"\n{\"a\":1}", false},
      {"{\"a\":1}\n", true},
      {R"({"a":"\ud800"})", false},
      {"{\"a\":\"\xff\"}", false},
      {std::string("{\"a\":\"\0\"}", 9), false},
      {R"({"a":1}{"b":2})", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.document);
    const std::string line = Encode(c.document);
    ASSERT_EQ(line.find('\n'), line.size() - 1);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(json.is_discarded());
    EXPECT_EQ(json.size(), 4u);
    if (c.as_it_is) {
      EXPECT_EQ(json["record"], nlohmann::json::parse(c.document));
    } else {
      ASSERT_TRUE(json["record"].is_string());
      if (c.document.find('\xff') == std::string::npos) {
        EXPECT_EQ(json["record"].get<std::string>(), c.document);
      }
    }
  }
}

TEST(DeadLetter, IsValidWhateverTheReasonHolds) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string reason = std::string("a") + static_cast<char>(byte) + "b";
    const auto json = nlohmann::json::parse(Encode("{}", reason), nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << byte;
    if (byte < 128) {
      EXPECT_EQ(json["reason"].get<std::string>(), reason);
    }
  }
}

TEST(DeadLetter, KeepsALongDocument) {
  const std::string document = R"({"a":")" + std::string(8 << 20, 'x') + R"("})";
  EXPECT_NE(Encode(document).find(document), std::string::npos);
  EXPECT_NE(Encode(document + "x").find("xxxx\\\"}x\"}\n"), std::string::npos);
}

TEST(DeadLetter, StampsTimesBeforeTheEpoch) {
  GrowBuffer out;
  AppendDeadLetter({"es", "r", "{}", -1}, out);
  EXPECT_NE(out.view().find("\"1969-12-31T23:59:59.999999999Z\""), std::string_view::npos);
}

}  // namespace
}  // namespace tailrace
