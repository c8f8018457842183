#include "agent/redact/redactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/json/json_dom.h"
#include "tests/agent/redact/redaction.h"

namespace tailrace {
namespace {

RedactOptions MaskAll() {
  RedactOptions options;
  options.detectors = DetectorSet::All();
  return options;
}

TEST(Redactor, LooksAtWhatAValueSays) {
  const struct {
    FieldKind kind;
    std::string name, value, redacted;
  } cases[] = {
      {FieldKind::kText, "message", "mail to ada@example.com now", "mail to *************** now"},
      {FieldKind::kJsonString, "m", R"(to \"ada\u0040example.com\")", R"(to \"***************\")"},
      {FieldKind::kJsonString, "m", R"(https:\/\/ada:hunter2@db\/x)",
       R"(https://***********@db/x)"},
      {FieldKind::kJsonString, "m",
       R"(key\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF)"
       R"(AASCBKcwggSj\n-----END PRIVATE KEY-----\n)",
       "key\\n" + std::string(94, '*') + "\\n"},
      {FieldKind::kNumber, "pan", "4111111111111111", "****************"},
      {FieldKind::kNumber, "phone", "4155550100", "**********"},
      {FieldKind::kNumber, "ssn", "123456789", "*********"},
      {FieldKind::kNumber, "password", "12345678", "********"},
      {FieldKind::kText, "password", "correct horse", "*************"},
      {FieldKind::kJsonString, "Authorization", "Bearer abcdef0123456789",
       "Bearer ****************"},
      {FieldKind::kObject, "http",
       R"({"h": {"X-Api-Key": "k3y\u0021", "n": 1}, "t": [true, null]})",
       R"({"h": {"X-Api-Key": "****", "n": 1}, "t": [true, null]})"},
      {FieldKind::kObject, "payment", R"({"card":4111111111111111,"n":[5500005555555559,7]})",
       R"({"card":"****************","n":["****************",7]})"},
      {FieldKind::kObject, "user", R"({"p\u0068one":"4155550100","zip":"4155550100"})",
       R"({"p\u0068one":"**********","zip":"4155550100"})"},
      {FieldKind::kArray, "mobile", R"(["4155550100",{"x":"4155550100"}])",
       R"(["**********",{"x":"4155550100"}])"},
      {FieldKind::kArray, "to", R"(["ada@example.com","bob"])", R"(["***************","bob"])"},
      {FieldKind::kText, "message", R"({"email":"ada\u0040example.com","pan":4111111111111111})",
       R"({"email":"***************","pan":"****************"})"},
      {FieldKind::kJsonString, "log", R"({\"a\":\"{\\\"m\\\":\\\"ada\\\\u0040example.com\\\"}\"})",
       R"({\"a\":\"{\\\"m\\\":\\\"***************\\\"}\"})"},
  };
  Redactor redactor = CompileOrDie(MaskAll());
  for (const auto& test : cases) {
    EXPECT_EQ(RedactOne(redactor, test.kind, test.name, test.value), test.redacted) << test.value;
  }
}

TEST(Redactor, LeavesTheRestAsItIs) {
  const struct {
    FieldKind kind;
    std::string name, value;
  } cases[] = {
      {FieldKind::kText, "message", ""},
      {FieldKind::kText, "message", "order 1714567890123456789 shipped at 2026-01-02T03:04:05Z"},
      {FieldKind::kJsonString, "message", R"(a \"quoted\" C:\\path\n)"},
      {FieldKind::kNumber, "n", "4155550100"},
      {FieldKind::kNumber, "ts", "1714567890123456789"},
      {FieldKind::kNumber, "x", "-1.5e300"},
      {FieldKind::kTrue, "password", "true"},
      {FieldKind::kNull, "password", "null"},
      {FieldKind::kObject, "o", R"({"a" : [ 1, "x\n", {} ], "b":{"c":null}})"},
      {FieldKind::kText, "message", R"({"a":"\u0041")"},
      {FieldKind::kText, "message", "[a\\b]"},
  };
  Redactor redactor = CompileOrDie(MaskAll());
  for (const auto& test : cases) {
    EXPECT_EQ(RedactOne(redactor, test.kind, test.name, test.value), test.value);
  }
}

TEST(Redactor, NumbersBecomeStrings) {
  Redactor redactor = CompileOrDie(MaskAll());
  ByteArena arena;
  FieldList fields = {{"pan", "4111111111111111", FieldKind::kNumber}};
  redactor.Redact(fields, arena);
  EXPECT_EQ(fields[0].kind, FieldKind::kText);
}

TEST(Redactor, ActionsWriteWhatTheyPromise) {
  const std::string line = "card 4111 1111 1111 1111, password=abcd, \xc3\xbc@b\xc3\xbc.de.";
  const struct {
    RedactAction action;
    uint32_t keep_last;
    std::string redacted;
  } cases[] = {
      {RedactAction::kMask, 0, "card *******************, password=****, *******."},
      {RedactAction::kMask, 4, "card ***************1111, password=****, *******."},
      {RedactAction::kMask, 2, "card *****************11, password=**cd, *****de."},
      {RedactAction::kRemove, 0, "card , password=, ."},
      {RedactAction::kHash, 0,
       "card hmac:k1:dYT8toxt075xXNk3CuecqQ, password=hmac:k1:n0FXpbiKxhXpng8gzh7uhA, "
       "hmac:k1:oDtCxB13PhHW2lhCofO2rQ."},
  };
  for (const auto& test : cases) {
    RedactOptions options = MaskAll();
    options.action = test.action;
    options.keep_last = test.keep_last;
    options.key = Secret("a key of the test");
    Redactor redactor = CompileOrDie(options);
    EXPECT_EQ(RedactOne(redactor, FieldKind::kText, "message", line), test.redacted);
  }
}

TEST(Redactor, OneSecretHasOneHash) {
  const std::vector<std::vector<std::string>> groups = {
      {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111"},
      {"ada@example.com", "Ada@EXAMPLE.com", "ada%40example.com"},
      {"ada+x@example.com", "ada%2Bx%40example.com"},
      {"DE89370400440532013000", "DE89 3704 0044 0532 0130 00"},
      {"123-45-6789", "ssn 123 45 6789", "ssn=123456789"},
      {"+1 (415) 555-0100", "415-555-0100", "(415) 555-0100", "1-415-555-0100", "+14155550100",
       "phone=4155550100"},
      {"+49 (0)89 123456", "+4989123456"},
      {"2001:db8::1", "2001:0DB8:0:0:0:0:0:1"},
      {"::ffff:10.0.0.1", "::ffff:a00:1", "0:0:0:0:0:ffff:10.0.0.1"},
  };
  RedactOptions options = MaskAll();
  options.action = RedactAction::kHash;
  Redactor redactor = CompileOrDie(options);
  std::map<std::string, size_t> hashes;
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const std::string& text : groups[i]) {
      const std::string redacted = RedactOne(redactor, FieldKind::kText, "message", text);
      const size_t begin = redacted.find("hmac:k1:");
      ASSERT_NE(begin, std::string::npos) << text;
      const std::string hash = redacted.substr(begin);
      EXPECT_EQ(hash.size(), 30u) << text;
      EXPECT_EQ(hashes.try_emplace(hash, i).first->second, i) << text;
    }
  }
  EXPECT_EQ(hashes.size(), groups.size());
}

TEST(Redactor, KeyAndKeyIdMakeOtherHashes) {
  RedactOptions options = MaskAll();
  options.action = RedactAction::kHash;
  options.key = Secret("first");
  Redactor first = CompileOrDie(options);
  options.key = Secret("second");
  options.key_id = "2026-01";
  Redactor second = CompileOrDie(options);
  const std::string a = RedactOne(first, FieldKind::kText, "m", "ada@example.com");
  const std::string b = RedactOne(second, FieldKind::kText, "m", "ada@example.com");
  EXPECT_TRUE(a.starts_with("hmac:k1:")) << a;
  EXPECT_TRUE(b.starts_with("hmac:2026-01:")) << b;
  EXPECT_NE(a.substr(8), b.substr(13));
}

TEST(Redactor, CountsByRuleAndOverlapsOnce) {
  RedactOptions options = MaskAll();
  options.patterns = {{"employee", "E[0-9]{6}"}};
  Redactor redactor = CompileOrDie(options);
  ASSERT_EQ(redactor.rule_names().size(), kDetectorCount + 1);
  ByteArena arena;
  FieldList fields = {
      {"message", "ada@example.com, bob@example.com and E123456"},
      {"url", "https://ada:E123456@db.example.com/?password=ada@example.com"},
      {"n", "12", FieldKind::kNumber},
  };
  const RedactCounts counts = redactor.Redact(fields, arena);
  ASSERT_EQ(counts.size(), redactor.rule_names().size());
  std::map<std::string, uint32_t> found;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) found[redactor.rule_names()[i]] = counts[i];
  }
  // The password and the address have the same bytes: the detector that says more counts.
  EXPECT_EQ(found,
            (std::map<std::string, uint32_t>{{"email", 3}, {"employee", 1}, {"url_userinfo", 1}}));
  FieldList clean = {{"message", "nothing here"}};
  EXPECT_TRUE(redactor.Redact(clean, arena).empty());
}

TEST(Redactor, PatternsRedactTheirFirstGroup) {
  RedactOptions options;
  options.patterns = {
      {"employee", "E[0-9]{6}"}, {"tenant", "tenant=([a-z]+)(;|$)"}, {"empty", "x*"}};
  Redactor redactor = CompileOrDie(options);
  EXPECT_EQ(RedactOne(redactor, FieldKind::kText, "m", "E123456 tenant=acme; xx tenant=foo"),
            "******* tenant=****; ** tenant=***");
  EXPECT_EQ(RedactOne(redactor, FieldKind::kJsonString, "m", R"(\u0045123456)"), "*******");
}

TEST(Redactor, FieldsLimitItToPaths) {
  RedactOptions options = MaskAll();
  options.fields = {"user.mail", "to", "a.b"};
  Redactor redactor = CompileOrDie(options);
  const std::string mail = "ada@example.com", stars(mail.size(), '*');
  const struct {
    FieldKind kind;
    std::string name, value, redacted;
  } cases[] = {
      {FieldKind::kText, "message", mail, mail},
      {FieldKind::kText, "to", mail, stars},
      {FieldKind::kText, "to.cc", mail, stars},
      {FieldKind::kText, "tom", mail, mail},
      {FieldKind::kText, "user.mail", mail, stars},
      {FieldKind::kArray, "to", "[\"" + mail + "\"]", "[\"" + stars + "\"]"},
      {FieldKind::kObject, "user", R"({"mail":")" + mail + R"(","other":")" + mail + R"("})",
       R"({"mail":")" + stars + R"(","other":")" + mail + R"("})"},
      {FieldKind::kObject, "user",
       R"({"ma\u0069l":{"x":[")" + mail + R"("]},"mails":")" + mail + R"("})",
       R"({"ma\u0069l":{"x":[")" + stars + R"("]},"mails":")" + mail + R"("})"},
      {FieldKind::kObject, "a", R"([{"b":")" + mail + R"("},{"c":")" + mail + R"("}])",
       R"([{"b":")" + stars + R"("},{"c":")" + mail + R"("}])"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(RedactOne(redactor, test.kind, test.name, test.value), test.redacted) << test.value;
  }
}

TEST(Redactor, RawLinesAreRedactedWhole) {
  RedactOptions options = MaskAll();
  options.fields = {"user"};
  Redactor redactor = CompileOrDie(options);
  std::string out;
  ASSERT_TRUE(redactor.RedactText(R"({"m":"ada\u0040example.com"})", "", out));
  EXPECT_EQ(out, R"({"m":"***************"})");
  ASSERT_TRUE(redactor.RedactText(R"({"m":"ada@example.com", broken)", "", out));
  EXPECT_EQ(out, R"({"m":"***************", broken)");
  ASSERT_TRUE(redactor.RedactText("4155550100", "phone", out));
  EXPECT_EQ(out, "**********");
  EXPECT_FALSE(redactor.RedactText("4155550100", "", out));
}

TEST(Redactor, WhatBecomesVisibleIsRedactedToo) {
  RedactOptions options;
  options.detectors = {Detector::kCreditCard, Detector::kEmail};
  options.patterns = {{"mark", "<x>"}};
  options.action = RedactAction::kRemove;
  Redactor redactor = CompileOrDie(options);
  EXPECT_EQ(RedactOne(redactor, FieldKind::kText, "m", "a 4111<x>111111111111 b"), "a  b");
  EXPECT_EQ(RedactOne(redactor, FieldKind::kText, "m", "a <<x>x> b"), "a  b");
  // Beyond four rounds the text goes whole.
  EXPECT_EQ(RedactOne(redactor, FieldKind::kText, "m", "a <<<<<<<x>x>x>x>x>x>x> b"), "");
}

TEST(Redactor, CopiesWorkApart) {
  Redactor redactor = CompileOrDie(MaskAll());
  Redactor copy = redactor;
  redactor = CompileOrDie([] {
    RedactOptions options;
    options.patterns = {{"x", "x"}};
    return options;
  }());
  EXPECT_EQ(RedactOne(copy, FieldKind::kText, "m", "x ada@example.com"), "x ***************");
  EXPECT_EQ(RedactOne(redactor, FieldKind::kText, "m", "x ada@example.com"), "* ada@e*ample.com");
}

TEST(RedactOptions, WhatIsWrongIsNamed) {
  const struct {
    void (*change)(RedactOptions& options);
    std::string message;
  } cases[] = {
      {[](RedactOptions& options) { options.detectors = {}; },
       "nothing to look for: name detectors in \"detect\", or \"patterns\""},
      {[](RedactOptions& options) {
         options.patterns = {{"a", "("}};
       },
       "the pattern \"a\": bad regular expression: missing ): ( at byte 0"},
      {[](RedactOptions& options) {
         options.patterns = {{"a", ""}};
       },
       "the pattern \"a\" has an empty \"regex\""},
      {[](RedactOptions& options) {
         options.patterns = {{"a b", "x"}};
       },
       "\"name\" of a pattern: expected 1 to 64 letters, digits, \"_\", \"-\" or \".\""},
      {[](RedactOptions& options) {
         options.patterns = {{"a", "x"}, {"a", "y"}};
       },
       "the name \"a\" is that of another pattern"},
      {[](RedactOptions& options) {
         options.patterns = {{"email", "x"}};
       },
       "the name \"email\" is that of another detector"},
      {[](RedactOptions& options) { options.patterns.resize(65); }, "more than 64 patterns"},
      {[](RedactOptions& options) { options.fields = {""}; }, "the name of a field is empty"},
      {[](RedactOptions& options) { options.fields.resize(257); }, "more than 256 fields"},
      {[](RedactOptions& options) { options.keep_last = 65; }, "\"keep_last\" is over 64"},
      {[](RedactOptions& options) {
         options.action = RedactAction::kHash;
         options.keep_last = 4;
       },
       "\"keep_last\" is of \"action: mask\" only"},
      {[](RedactOptions& options) { options.key = Secret(); }, "\"key\" is empty"},
      {[](RedactOptions& options) { options.key_id = "a:b"; },
       "\"key_id\": expected 1 to 32 letters, digits, \"_\", \"-\" or \".\""},
  };
  for (const auto& test : cases) {
    RedactOptions options = MaskAll();
    test.change(options);
    const absl::Status status = Redactor::Compile(options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << test.message;
    EXPECT_EQ(status.message(), test.message);
  }
}

}  // namespace
}  // namespace tailrace
