#include "agent/lang/field_path.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "agent/lang/syntax_error.h"
#include "tests/agent/lang/test_record.h"

namespace tailrace {
namespace {

FieldPath Path(std::string_view text) {
  const absl::StatusOr<FieldPath> path = FieldPath::Parse(text);
  EXPECT_TRUE(path.ok()) << text << " " << path.status();
  return *path;
}

std::string Found(std::string_view path, const FieldList& fields) {
  const FieldValue value = Path(path).Find(fields);
  std::string buffer;
  return value.found ? std::string(TextOf(value, buffer)) : "not found";
}

TEST(FieldPath, ReachesIntoObjectsAndNamesWithDots) {
  const TestRecord record(
      R"({"a":1,"log.level":"warn","log":{"level":"shadowed","file":{"line":7},)"
      R"("file.name":"x.c"},"k":{"a.b":{"c":true},"a":{"b":{"c":false,"d":0}}},)"
      R"("list":[{"x":1}],"none":null,"o":{"n":null,"":"empty"}})");
  struct Case {
    std::string_view path;
    std::string_view value;
  };
  const Case cases[] = {
      {"a", "1"},
      {".a", "1"},
      {"log.level", "warn"},  // The field of that name, before the object's member.
      {"log.file.line", "7"},
      {"log.file.name", "x.c"},
      {"`log.level`", "warn"},
      {"`log.file.line`", "not found"},
      {"log.`file.name`", "x.c"},
      {"log.`level`", "warn"},
      {"k.a.b.c", "true"},  // The longer name inside an object is first, too,
      {"k.a.b.d", "0"},     // unless it leads nowhere.
      {"k.a.b.e", "not found"},
      {"list", R"([{"x":1}])"},
      {"list.x", "not found"},
      {"list.0", "not found"},
      {"a.b", "not found"},
      {"none", ""},
      {"none.x", "not found"},
      {"o.n", ""},
      {"o.n.x", "not found"},
      {"o", R"({"n":null,"":"empty"})"},
      {"x", "not found"},
      {"log.lev", "not found"},
      {"lo", "not found"},
  };
  for (const Case& c : cases) EXPECT_EQ(Found(c.path, record.fields), c.value) << c.path;
}

TEST(FieldPath, ComparesNamesInObjectsUnescaped) {
  const TestRecord record(R"({"o":{"a\u0062":"x\n\u00e4","c\"d":{"e":"\\"}}})");
  EXPECT_EQ(Found("o.ab", record.fields), "x\n\xc3\xa4");
  EXPECT_EQ(Found("o.`c\"d`.e", record.fields), "\\");
  EXPECT_EQ(Found("o.`a\\u0062`", record.fields), "not found");
}

TEST(FieldPath, PrefersTheFieldThatTheConfigMadeAndElseTheLast) {
  const FieldList fields = {{.name = "a", .value = "first"},
                            {.name = "a", .value = "ours", .ours = true},
                            {.name = "a", .value = "last"},
                            {.name = "b", .value = "first"},
                            {.name = "b", .value = "last"}};
  EXPECT_EQ(Found("a", fields), "ours");
  EXPECT_EQ(Found("b", fields), "last");
}

TEST(FieldPath, TellsTheKindOfWhatItFinds) {
  const TestRecord record(
      R"({"o":{"s":"a\tb","n":-1.5e3,"t":true,"f":false,"z":null,"a":[],"o":{}}})");
  struct Case {
    std::string_view path;
    FieldKind kind;
    std::string_view text;
  };
  const Case cases[] = {
      {"o.s", FieldKind::kJsonString, R"(a\tb)"}, {"o.n", FieldKind::kNumber, "-1.5e3"},
      {"o.t", FieldKind::kTrue, "true"},          {"o.f", FieldKind::kFalse, "false"},
      {"o.z", FieldKind::kNull, "null"},          {"o.a", FieldKind::kArray, "[]"},
      {"o.o", FieldKind::kObject, "{}"},
  };
  for (const Case& c : cases) {
    const FieldValue value = Path(c.path).Find(record.fields);
    EXPECT_TRUE(value.found) << c.path;
    EXPECT_EQ(value.kind, c.kind) << c.path;
    EXPECT_EQ(value.text, c.text) << c.path;
    EXPECT_EQ(value.missing(), c.kind == FieldKind::kNull) << c.path;
  }
  EXPECT_TRUE(Path("o.x").Find(record.fields).missing());
  EXPECT_FALSE(FieldPath().Find(record.fields).found);
}

TEST(FieldPath, PrintsBackticksWhereTheyAreNeeded) {
  struct Case {
    std::string_view text;
    std::string_view printed;
    std::string_view name;
  };
  const Case cases[] = {
      {"a", "a", "a"},
      {"`a`", "a", "a"},
      {".a.b", "a.b", "a.b"},
      {"odd key", "`odd key`", "odd key"},
      {"a.`b.c`.d", "a.`b.c`.d", "a.b.c.d"},
      {"@timestamp", "@timestamp", "@timestamp"},
      {"trace-id.0", "trace-id.0", "trace-id.0"},
      {"4xx", "`4xx`", "4xx"},
      {"gr\xc3\xb6\xc3\x9f"
       "e",
       "gr\xc3\xb6\xc3\x9f"
       "e",
       "gr\xc3\xb6\xc3\x9f"
       "e"},
  };
  for (const Case& c : cases) {
    const FieldPath path = Path(c.text);
    EXPECT_EQ(path.ToString(), c.printed);
    EXPECT_EQ(path.name(), c.name);
    EXPECT_EQ(Path(path.ToString()), path) << c.text;
  }
  EXPECT_FALSE(Path("a.b") == Path("`a.b`"));
}

TEST(FieldPath, PointsAtWhatIsWrong) {
  struct Case {
    std::string text;
    size_t offset;
  };
  const Case cases[] = {
      {"", 0},
      {".", 1},
      {"a.", 2},
      {"a..b", 2},
      {"a`b`", 1},
      {"`a", 0},
      {"a.``", 2},
      {"`a`b", 3},
      {"a.`b", 2},
      {std::string(2000, 'a'), 0},
      {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", 32},
  };
  for (const Case& c : cases) {
    const absl::Status status = FieldPath::Parse(c.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
}

}  // namespace
}  // namespace tailrace
