#include "sinks/field_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "agent/event/byte_arena.h"

namespace tailrace {
namespace {

using nlohmann::json;

Field Text(std::string_view name, std::string_view value, bool ours = false) {
  return {name, value, FieldKind::kText, ours};
}
Field Token(std::string_view name, FieldKind kind, std::string_view value, bool ours = false) {
  return {name, value, kind, ours};
}

std::string Object(std::string_view members) { return "{" + std::string(members) + "}"; }

// As parsers hand them over: with bytes behind each text that may be read.
FieldList Padded(FieldList fields, ByteArena& arena) {
  for (Field& field : fields) {
    field.value = arena.Copy(field.value);
    if (!field.ours)
      field.name = arena.Copy(std::string(field.name) + "\"\"").substr(0, field.name.size());
  }
  return fields;
}

// Root members; those of `event` and `log` below "(event)" and "(log)".
std::string Document(FieldWriter& writer, const FieldList& fields) {
  static const ReservedNames& reserved = *new ReservedNames();
  ByteArena arena;
  const WrittenFields written = writer.Write(Padded(fields, arena), reserved);
  std::string text = Object(written.members);
  if (!written.event_members.empty()) text += " (event)" + Object(written.event_members);
  if (!written.log_members.empty()) text += " (log)" + Object(written.log_members);
  return text;
}

TEST(FieldWriter, PutsEachFieldWhereItBelongs) {
  const struct {
    const char* what;
    FieldList fields;
    const char* document;
  } cases[] = {
      {"nothing", {}, "{}"},
      {"an application's fields as they are",
       {Text("a", "x"), Token("b.c", FieldKind::kNumber, "1.50"),
        Token("d", FieldKind::kJsonString, "q\\\"q"),
        Token("e", FieldKind::kObject, R"({"f":[]})")},
       R"({"a":"x","b.c":1.50,"d":"q\"q","e":{"f":[]}})"},
      {"texts are escaped", {Text("a\"", "x\"\n\\")}, R"({"a\"":"x\"\n\\"})"},
      {"names of the config nest",
       {Text("http.request.method", "GET", true), Text("b", "x", true),
        Token("http.response.status_code", FieldKind::kNumber, "200", true),
        Text("http.request.referrer", "-", true)},
       R"({"http":{"request":{"method":"GET","referrer":"-"},"response":{"status_code":200}},"b":"x"})"},
      {"event and log have homes of their own",
       {Text("event.kind", "event", true), Text("log.level", "info", true),
        Text("log.origin.file", "a.c", true), Text("message", "m", true)},
       R"({"message":"m"} (event){"kind":"event"} (log){"level":"info","origin":{"file":"a.c"}})"},
      {"what poses as ours moves",
       {Text("kubernetes", "x"), Text("kubernetes.pod.name", "x"), Text("message", "text"),
        Token("log", FieldKind::kObject, "{}"), Text("event.id", "x")},
       R"({"app.kubernetes":"x","app.kubernetes.pod.name":"x","message":"text","app.log":{},"app.event.id":"x"})"},
      {"an application's event keeps all but its id",
       {Token("event", FieldKind::kObject, R"({"id":"x","kind":"y","n":{"a":1}})")},
       R"({"app.event.id":"x"} (event){"kind":"y","n":{"a":1}})"},
      {"the config's field wins over the application's, wherever it stands",
       {Text("a", "ours", true), Text("a", "theirs"), Text("b", "theirs"), Text("b", "ours", true)},
       R"({"a":"ours","b":"ours"})"},
      {"the last of the same kind wins", {Text("a", "1"), Text("a", "2")}, R"({"a":"2"})"},
      {"a name below an application's keeps its dots",
       {Token("http", FieldKind::kObject, R"({"x":1})"), Text("http.method", "GET", true)},
       R"({"http":{"x":1},"http.method":"GET"})"},
      {"names that Elasticsearch refuses are repaired",
       {Text("", "x"), Text(".a", "y")},
       R"({"_":"x","_.a":"y"})"},
      {"more levels than nest keep their dots",
       {Text("a.b.c.d.e.f.g.h.i.j", "x", true)},
       R"({"a.b.c.d.e.f.g.h.i.j":"x"})"},
  };
  FieldWriter writer;
  for (const auto& c : cases) {
    EXPECT_EQ(Document(writer, c.fields), c.document) << c.what;
    EXPECT_EQ(Document(writer, c.fields), c.document) << c.what << ", a second time";
  }
}

TEST(FieldWriter, CountsWhatItMovedAndLeftOut) {
  FieldWriter writer;
  const ReservedNames reserved;
  const FieldList fields = {Text("log", "x"), Text("a", "1"), Text("a", "2"), Text("b", "\xff")};
  ByteArena arena;
  const WrittenFields written = writer.Write(Padded(fields, arena), reserved);
  EXPECT_EQ(written.moved, 1u);
  EXPECT_EQ(written.duplicates, 1u);
  EXPECT_FALSE(written.valid_utf8);
  EXPECT_EQ(Object(written.members), "{\"app.log\":\"x\",\"a\":\"2\",\"b\":\"\xEF\xBF\xBD\"}");
}

TEST(FieldWriter, UsesTheShapeOfTheRecordBeforeOnlyWhereItFits) {
  FieldWriter writer;
  const FieldList first = {Text("a.b", "1", true), Text("a.c", "2", true)};
  const FieldList same = {Text(first[0].name, "3", true), Text(first[1].name, "x\ny", true)};
  const FieldList shorter = {Text(first[0].name, "4", true)};
  const FieldList theirs = {Text(first[0].name, "5"), Text(first[1].name, "6")};
  const FieldList swapped = {Text(first[1].name, "7", true), Text(first[0].name, "8", true)};
  EXPECT_EQ(Document(writer, first), R"({"a":{"b":"1","c":"2"}})");
  EXPECT_EQ(Document(writer, same), R"({"a":{"b":"3","c":"x\ny"}})");
  EXPECT_EQ(Document(writer, shorter), R"({"a":{"b":"4"}})");
  EXPECT_EQ(Document(writer, theirs), R"({"a.b":"5","a.c":"6"})");
  EXPECT_EQ(Document(writer, swapped), R"({"a":{"c":"7","b":"8"}})");
  // The bytes of an application's name may be others at the same address.
  std::string name = "x   ";
  EXPECT_EQ(Document(writer, {Text(std::string_view(name).substr(0, 1), "1")}), R"({"x":"1"})");
  name[0] = 'y';
  EXPECT_EQ(Document(writer, {Text(std::string_view(name).substr(0, 1), "1")}), R"({"y":"1"})");
}

// Counts the names of each object on the way, since the parser itself keeps only the last.
bool HasNameTwice(const std::string& text) {
  std::vector<std::set<std::string>> open;
  bool twice = false;
  const json::parser_callback_t count = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key) twice |= !open.back().insert(value).second;
    return true;
  };
  EXPECT_FALSE(json::parse(text, count, false).is_discarded()) << text;
  return twice;
}

TEST(FieldWriter, TakesNoNameForAnotherThatLayAtItsPlace) {
  FieldWriter writer;
  std::string name = "app.ab";
  EXPECT_EQ(Document(writer, {Text(name, "x", true), Text("env", "p", true)}),
            R"({"app":{"ab":"x"},"env":"p"})");
  name.replace(4, 2, "cd");
  EXPECT_EQ(Document(writer, {Text(name, "x", true), Text("env", "p", true)}),
            R"({"app":{"cd":"x"},"env":"p"})");
}

TEST(FieldWriter, WritesValidObjectsWithoutANameTwiceWhateverTheFields) {
  const std::vector<std::string> names = {"a",     "b",        "a.b",        "a.b.c", "b.a",
                                          "event", "event.id", "event.k",    "log",   "log.level",
                                          "",      ".",        "message",    "app",   "app.log",
                                          "a..b",  "\"q",      "kubernetes", "_id"};
  const std::vector<std::pair<FieldKind, std::string>> values = {
      {FieldKind::kText, "te\"xt\xff"}, {FieldKind::kJsonString, "\\u00e9"},
      {FieldKind::kNumber, "-1e9"},     {FieldKind::kNull, "null"},
      {FieldKind::kArray, "[1,{}]"},    {FieldKind::kObject, R"({"id":1,"k":2,"a":{"b":3}})"},
      {FieldKind::kTrue, "true"}};
  std::mt19937_64 random(7);
  FieldWriter writer;
  ByteArena arena;
  const ReservedNames reserved;
  for (int round = 0; round < 20000; ++round) {
    FieldList fields;
    for (size_t n = random() % 8; n > 0; --n) {
      const auto& [kind, value] = values[random() % values.size()];
      const bool ours = random() % 2 == 0;
      const std::string& name = names[ours ? random() % 4 : random() % names.size()];
      fields.push_back({name, value, kind, ours});
    }
    arena.Clear();
    const WrittenFields written = writer.Write(Padded(fields, arena), reserved);
    for (const std::string_view members :
         {written.members, written.event_members, written.log_members}) {
      ASSERT_FALSE(HasNameTwice(Object(members))) << Object(members);
    }
  }
}

}  // namespace
}  // namespace tailrace
