#include "parsers/patterns/literal_pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "agent/base/strings.h"
#include "parsers/patterns/capture_format.h"

namespace tailrace {
namespace {

// "name=value|" for each capture that takes part.
std::string Captured(std::string_view pattern, std::string_view text) {
  const absl::StatusOr<LiteralPattern> compiled = LiteralPattern::Compile(pattern);
  if (!compiled.ok()) return std::string(FromAbsl(compiled.status().message()));
  std::vector<std::string_view> values(compiled->names().size(), "left over");
  if (!compiled->Match(text, values)) return "no match";
  std::string result;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].data() == nullptr) continue;
    result += compiled->names()[i] + "=" + std::string(values[i]) + "|";
  }
  return result;
}

TEST(LiteralPattern, MatchesAsLokiDoes) {
  struct Case {
    std::string_view pattern;
    std::string_view text;
    std::string_view captured;
  };
  const Case cases[] = {
      {"<ip> - <user> [<ts>] \"<method> <path> <_>\" <status> <size>",
       "10.0.0.1 - frank [02/Jan/2026:03:04:05 +0000] \"GET /a HTTP/1.1\" 200 512",
       "ip=10.0.0.1|user=frank|ts=02/Jan/2026:03:04:05 +0000|method=GET|path=/a|status=200|"
       "size=512|"},
      {"<a>", "all of it", "a=all of it|"},
      {"<a>", "", "no match"},
      {"level=<level> <_>", "level=info more", "level=info|"},
      {"level=<level> ", "xlevel=info more", "no match"},
      {"<_> level=<level> ", "a level=info and the rest", "level=info|"},
      // A literal that is missing: the capture before it takes the rest, those behind it nothing.
      {"<a>,<b>;<c>", "1,2", "a=1|b=2|"},
      {"<a>,<b>", "1", "a=1|"},
      {"<_>,<b>", "1", ""},
      {"[<a>]", "[1", "a=1|"},
      {"<a>, <b>", ", x", "a=|b=x|"},
      {"<a>aab<b>", "aaaab!", "a=aa|b=!|"},
      {"<a>aaab<b>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaab!", "a=aaaaaaaaaaaaaaaaaaaaaaaaa|b=!|"},
      {"<a.b_1> <2x> <c>", "1 <2x> 3", "a.b_1=1|c=3|"},
      {"<<a>>", "<1>", "a=1|"},
      {"<a <b>", "<a 1", "b=1|"},
      {"<a> \xc3\xa9 <b>", "1 \xc3\xa9 \xff", "a=1|b=\xff|"},
  };
  for (const Case& c : cases) EXPECT_EQ(Captured(c.pattern, c.text), c.captured) << c.pattern;
}

TEST(LiteralPattern, ErrorsNameThePlace) {
  EXPECT_EQ(Captured("", "x"), "bad pattern: it has no capture such as <name> at byte 0");
  EXPECT_EQ(Captured("<_> <_>", "x"), "bad pattern: it has no capture such as <name> at byte 0");
  EXPECT_EQ(Captured("<a.> ", "x"), "bad pattern: it has no capture such as <name> at byte 0");
  EXPECT_EQ(Captured("x <a><b>", "x"),
            "bad pattern: no text between <b> and the one before at byte 5");
  EXPECT_EQ(Captured("<_><b>", "x"),
            "bad pattern: no text between <b> and the one before at byte 3");
  EXPECT_EQ(Captured("<a> <a>", "x"), "bad pattern: <a> comes twice at byte 4");
}

TEST(LiteralPattern, AsAFormatItTypesAndLeavesOutWhatIsEmpty) {
  const absl::StatusOr<LiteralPattern> pattern = LiteralPattern::Compile("<a> <b> <c>");
  ASSERT_TRUE(pattern.ok());
  FieldList fields;
  ByteArena arena;
  ParseJob job = {.text = "x  07", .fields = &fields};
  const FormatMaker maker = CaptureFormat(*pattern, {{"c", CaptureType::kInt}});
  maker()->Parse({&job, 1}, arena);
  ASSERT_TRUE(job.parsed);
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].value, "x");
  EXPECT_EQ(fields[1].value, "7");
  EXPECT_EQ(fields[1].kind, FieldKind::kNumber);
}

}  // namespace
}  // namespace tailrace
