#include "agent/pipeline/stages/field_stages.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

SetField Token(std::string_view path, FieldKind kind, std::string token) {
  return {Path(path), kind, std::move(token), {}};
}
SetField Text(std::string_view path, std::string_view value) {
  return {Path(path), FieldKind::kText, "", *ValueTemplate::Parse(value, NameScope({"team"}))};
}

TEST(SetStage, GivesConstantsWithTheirTypes) {
  StagedLines lines({"x"});
  lines.Run(SetStage({Token("n", FieldKind::kNumber, "7"), Token("ok", FieldKind::kTrue, "true"),
                      Text("env", "prod")}));
  EXPECT_EQ(lines.Document(0), R"({"message":"x","n":7,"ok":true,"env":"prod"})");
}

TEST(SetStage, RendersTemplatesOfLabelsAndFields) {
  StagedLines lines({R"({"user":{"id":42},"path":"/a\"b"})"}, {{"namespace", "shop"}});
  lines.Run(Parse("json"))
      .Run(SetStage({Text("key", "{{ namespace }}:{{ user.id }}:{{ .path }}")}));
  EXPECT_EQ(lines.Document(0), R"({"user":{"id":42},"path":"/a\"b","key":"shop:42:/a\"b"})");
}

TEST(SetStage, TakesASoleFieldOverWithItsType) {
  StagedLines lines({R"({"a":{"b":[1,2]},"n":1.50})", R"({"c":1})"});
  lines.Run(Parse("json")).Run(SetStage({Text("copy", "{{ .a.b }}"), Text("m", "{{ .n }}")}));
  EXPECT_EQ(lines.Document(0), R"({"a":{"b":[1,2]},"n":1.50,"copy":[1,2],"m":1.50})");
  EXPECT_EQ(lines.Document(1), R"({"c":1})");
}

TEST(SetStage, TakesThePlaceOfWhatIsThere) {
  StagedLines lines({R"({"level":"info","log":{"x":1}})"});
  lines.Run(Parse("json")).Run(SetStage({Text("level", "warn"), Text("log.level", "warn")}));
  EXPECT_EQ(lines.Document(0), R"({"app.log":{"x":1},"level":"warn"} log{"level":"warn"})");
}

struct RenameCase {
  const char* line;
  const char* from;
  const char* to;
  const char* document;
};

const RenameCase kRenames[] = {
    {R"({"msg":"hi","a":1})", "msg", "message", R"({"a":1,"message":"hi"})"},
    {R"({"a":{"b":1,"c":2}})", "a.b", "d", R"({"a":{"c":2},"d":1})"},
    {R"({"a":{"b":{"c":"x\n"}}})", "a.b.c", "a.d", R"({"a":{"b":{}},"a.d":"x\n"})"},
    {R"({"a.b":{"c":1}})", "a.b.c", "c", R"({"a.b":{},"c":1})"},
    {R"({"a":{"b.c":1,"b":{"d":2}}})", "a.b.c", "c", R"({"a":{"b":{"d":2}},"c":1})"},
    {R"({"a":{"\u0062":7}})", "a.b", "c", R"({"a":{},"c":7})"},
    {R"({"old":1,"new":2})", "old", "new", R"({"new":1})"},
    {R"({"a":1})", "b", "c", R"({"a":1})"},
    {R"({"lvl":"info"})", "lvl", "log.level", R"({} log{"level":"info"})"},
};

TEST(RenameStage, MovesAValueFromOnePathToAnother) {
  for (const RenameCase& test : kRenames) {
    StagedLines lines({test.line});
    lines.Run(Parse("json")).Run(RenameStage({{Path(test.from), Path(test.to)}}));
    EXPECT_EQ(lines.Document(0), test.document) << test.from << " of " << test.line;
  }
}

TEST(RemoveStage, TakesFieldsAndMembersAway) {
  StagedLines lines({R"({"a":1,"b":{"c":[{"d":1}],"e":"}"},"f":null})", "text"});
  lines.Run(Parse("json")).Run(RemoveStage({Path("a"), Path("b.c"), Path("f")}));
  EXPECT_EQ(lines.Document(0), R"({"b":{"e":"}"}})");
  EXPECT_EQ(lines.Document(1), R"({"message":"text"})");
}

TEST(RemoveStage, TakesAWholeObjectByItsName) {
  StagedLines lines({R"({"b":{"c":1},"b.d":2})"});
  lines.Run(Parse("json")).Run(RemoveStage({Path("b")}));
  EXPECT_EQ(lines.Document(0), R"({"b.d":2})");
}

TEST(KeepFieldsStage, LeavesOnlyWhatIsNamed) {
  StagedLines lines({R"({"a":1,"b":{"c":2,"d":3},"e":4})"});
  lines.Run(Parse("json")).Run(KeepFieldsStage({Path("e"), Path("b.d"), Path("none")}));
  EXPECT_EQ(lines.Document(0), R"({"e":4,"b":{"d":3}})");
}

TEST(KeepFieldsStage, GivesAnApplicationsFieldNoFurtherRights) {
  StagedLines lines({R"({"kubernetes":"forged"})"});
  lines.Run(Parse("json")).Run(KeepFieldsStage({Path("kubernetes")}));
  EXPECT_EQ(lines.Document(0), R"({"app.kubernetes":"forged"})");
}

}  // namespace
}  // namespace tailrace
