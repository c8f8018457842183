// `flatten` and `nest`.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/pipeline/stages/flatten_stage.h"
#include "agent/pipeline/stages/nest_stage.h"
#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

struct FlattenCase {
  std::vector<const char*> fields;
  size_t depth;
  const char* before;
  const char* after;
};

const FlattenCase kFlattened[] = {
    {{}, 10, R"({"a":{"b":1,"c":{"d":"x"}},"e":2})", R"({"a.b":1,"a.c.d":"x","e":2})"},
    {{}, 10, R"({"a":[{"b":1}],"c":{}})", R"({"a":[{"b":1}],"c":{}})"},
    {{}, 10, R"({"a":{"b":[{"c":1}],"d":{}}})", R"({"a.b":[{"c":1}],"a.d":{}})"},
    {{}, 1, R"({"a":{"b":{"c":1}}})", R"({"a.b":{"c":1}})"},
    {{}, 10, R"({"a":{"\u0062\"":"\n"}})", R"({"a.b\"":"\n"})"},
    {{}, 10, R"({"a.b":1,"a":{"b":2}})", R"({"a.b":2})"},
    {{}, 10, R"({"a":{"":1,"x":true}})", R"({"a._":1,"a.x":true})"},
    {{}, 10, R"({"log":{"level":"info"}})", R"({"app.log.level":"info"})"},
    {{"a"}, 10, R"({"a":{"b":1},"c":{"d":2}})", R"({"a.b":1,"c":{"d":2}})"},
    {{"c.d"}, 10, R"({"c":{"d":{"e":1},"f":2}})", R"({"c":{"f":2},"c.d.e":1})"},
    {{"none", "n"}, 10, R"({"n":1})", R"({"n":1})"},
};

TEST(FlattenStage, SpreadsObjectsOverFieldsWithDots) {
  for (const FlattenCase& test : kFlattened) {
    FlattenOptions options;
    for (const char* field : test.fields) options.fields.push_back(Path(field));
    options.depth = test.depth;
    StagedLines lines({test.before});
    lines.Run(Parse("json")).Run(FlattenStage(options));
    EXPECT_EQ(lines.Document(0), test.after) << test.before;
  }
}

TEST(FlattenStage, StopsAtItsBoundOfFieldsAndCounts) {
  std::string wide = R"({"a":{)";
  for (size_t i = 0; i < FlattenOptions::kFieldsMax; ++i) {
    wide += "\"m" + std::to_string(i) + "\":1,";
  }
  wide += R"("last":{"x":1}}})";
  StagedLines lines({wide});
  lines.Run(Parse("json")).Run(FlattenStage({}));
  EXPECT_NE(lines.Document(0).find(R"("a.last":{"x":1})"), std::string::npos);
  EXPECT_EQ(lines.failures(), 1);
}

struct NestCase {
  const char* prefix;
  std::vector<const char*> fields;
  const char* before;
  const char* after;
};

const NestCase kNested[] = {
    {"http_",
     {},
     R"({"http_status":200,"a":1,"http_path":"/\"x"})",
     R"({"a":1,"http":{"status":200,"path":"/\"x"}})"},
    {"http_", {}, R"({"a":1})", R"({"a":1})"},
    {"http_", {}, R"({"a":1,"http":"text"})", R"({"a":1,"http":"text"})"},
    {"http_", {}, R"({"http_x":1,"http":"text"})", R"({"http":{"x":1}})"},
    {"http_",
     {},
     R"({"http":{"a":1,"x":2},"http_x":3,"http_y":null})",
     R"({"http":{"a":1,"x":3,"y":null}})"},
    {"http_", {}, R"({"http_":1})", R"({"http":{"_":1}})"},
    {"ht", {}, R"({"http":{"a":1},"hty":2})", R"({"http":{"a":1,"y":2}})"},
    {"",
     {"b", "c.d"},
     R"({"a":1,"b":[1],"c":{"d":{"x":1},"e":2}})",
     R"({"a":1,"c":{"e":2},"http":{"b":[1],"d":{"x":1}}})"},
    {"", {"x.a", "y.a"}, R"({"x":{"a":1},"y":{"a":2}})", R"({"x":{},"y":{},"http":{"a":2}})"},
};

TEST(NestStage, PutsFieldsIntoOneObject) {
  for (const NestCase& test : kNested) {
    NestOptions options;
    options.into = Path("http");
    options.prefix = test.prefix;
    for (const char* field : test.fields) options.fields.push_back(Path(field));
    StagedLines lines({test.before});
    lines.Run(Parse("json")).Run(NestStage(options));
    EXPECT_EQ(lines.Document(0), test.after) << test.before;
  }
}

TEST(NestStage, KeepsTextThatIsNoUtf8BesideTheObject) {
  StagedLines lines({"h_a=ok h_b=\xff"});
  lines.Run(Parse("logfmt")).Run(NestStage({Path("h"), "h_", {}}));
  EXPECT_EQ(lines.Document(0), "{\"h\":{\"a\":\"ok\"},\"h.b\":\"\xef\xbf\xbd\"}");
}

TEST(NestStage, IsUndoneByFlatten) {
  StagedLines lines({R"({"k_a":1,"k_b":"two"})"});
  lines.Run(Parse("json")).Run(NestStage({Path("k"), "k_", {}}));
  EXPECT_EQ(lines.Document(0), R"({"k":{"a":1,"b":"two"}})");
  lines.Run(FlattenStage({}));
  // The config made it, so its dots are levels of the document.
  EXPECT_EQ(lines.Document(0), R"({"k":{"a":1,"b":"two"}})");
}

}  // namespace
}  // namespace tailrace
