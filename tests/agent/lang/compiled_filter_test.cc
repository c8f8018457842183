#include "agent/lang/compiled_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "agent/lang/syntax_error.h"
#include "tests/agent/lang/test_record.h"

namespace tailrace {
namespace {

using Labels = std::map<std::string, std::string, std::less<>>;

CompiledFilter Compiled(std::string_view text, const NameScope& scope = {}) {
  const absl::StatusOr<Filter> filter = Filter::Parse(text);
  EXPECT_TRUE(filter.ok()) << text << " " << filter.status();
  const absl::StatusOr<CompiledFilter> compiled = CompiledFilter::Compile(*filter, scope);
  EXPECT_TRUE(compiled.ok()) << text << " " << compiled.status();
  return *compiled;
}

StreamFilter Bound(const CompiledFilter& filter, const Labels& labels) {
  return filter.BindStream([&labels](std::string_view name) -> std::string_view {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string_view() : found->second;
  });
}

bool Matches(std::string_view text, const FieldList& fields, const Labels& labels = {}) {
  const CompiledFilter filter = Compiled(text, NameScope({"team"}));
  const StreamFilter of_stream = Bound(filter, labels);
  FilterScratch scratch;
  const FieldList records[] = {fields};
  const RecordMask all = RecordMask::FirstOnes(1);
  const bool matches = filter.Match(of_stream, records, all, scratch).Has(0);
  EXPECT_EQ(filter.MatchesOne(of_stream, fields, scratch), matches) << text;
  return matches;
}

struct Case {
  std::string_view text;
  bool matches;
};

TEST(CompiledFilter, ComparesTexts) {
  const TestRecord record(R"({"a":"x","n":5.0,"t":true,"z":null,"o":{"k":1},"l":["p","q"],)"
                          R"("e":"a\"b\n\u00e9","lines":"a\nb","empty":""})");
  const Case cases[] = {
      {R"(a="x")", true},
      {R"(a=="x")", true},
      {R"(a="X")", false},
      {R"(a!="x")", false},
      {R"(a!="y")", true},
      {R"(a=~"x|y")", true},
      {R"(a=~"[wx]+")", true},
      {R"(a=~"")", false},
      {R"(e=~"a")", false},  // The whole text must match.
      {R"(e=~"a.*")", true},
      {R"(a!~"x|y")", false},
      {R"(n="5.0")", true},  // Numbers and booleans as they are written.
      {R"(n="5")", false},
      {R"(t="true")", true},
      {R"(o="{\"k\":1}")", true},
      {R"(l=~".*\"q\".*")", true},
      {R"(e="a\"b\né")", true},
      {R"(e!="a\"b\né")", false},
      {R"(e="a\\\"b\\n\\u00e9")", false},
      {R"(e=~"a\"b\né|z")", true},
      {R"(e=~"a.b[\n]é+")", true},
      {R"(lines=~"a.b")", true},
      {R"(x="")", true},  // What is missing is the empty text,
      {R"(x!="")", false},
      {R"(x!="a")", true},
      {R"(x=~".*")", true},
      {R"(x=~".+")", false},
      {R"(x!~".+")", true},
      {R"(x=~"a|")", true},
      {R"(z="")", true},  // and so is null,
      {R"(z!="null")", true},
      {R"(empty="")", true},
      {R"(o.k="1")", true},
      {R"(o.x="")", true},
  };
  for (const Case& c : cases) EXPECT_EQ(Matches(c.text, record.fields), c.matches) << c.text;
}

TEST(CompiledFilter, ComparesQuantities) {
  const TestRecord record(
      R"({"status":503,"text":"503","took":"1.5s","size":2048,"human":"2KiB",)"
      R"("bad":"many","z":null,"t":true,"neg":-1.5e3,"esc":"5\u0030","empty":""})");
  const Case cases[] = {
      {"status>=500", true},   {"status>503", false},   {"status=503", true},
      {"status==503.0", true}, {"status!=503", false},  {"status<504 and status<=503", true},
      {"text>=500", true},     {"esc=50", true},        {"neg<-1000", true},
      {"neg=-1500", true},     {"took>1s", true},       {"took>1s500ms", false},
      {"took=1500ms", true},   {"took>1", false},   // Not a number,
      {"took<1", false},       {"took!=1", false},  // not even to differ.
      {"status>1s", false},    {"size>=2KiB", true},    {"size=2048B", true},
      {"human=2048B", true},   {"human<2KB", false},    {"bad>0", false},
      {"bad!=0", false},       {"not bad>0", true},     {"missing>0", false},
      {"missing!=0", false},   {"not missing>0", true}, {"z!=0", false},
      {"t=1", false},          {"empty=0", false},
  };
  for (const Case& c : cases) EXPECT_EQ(Matches(c.text, record.fields), c.matches) << c.text;
}

TEST(CompiledFilter, ComparesAddresses) {
  const TestRecord record(R"({"remote":"10.1.2.3","both":"8.8.8.8, 10.0.0.1","v6":"2001:db8::1",)"
                          R"("text":"none","esc":"10.1\u002e2.3"})");
  const Case cases[] = {
      {R"(remote=ip("10.0.0.0/8"))", true},   {R"(remote==ip("10.0.0.0/8"))", true},
      {R"(remote!=ip("10.0.0.0/8"))", false}, {R"(remote=ip("10.1.2.0-10.1.2.9"))", true},
      {R"(remote=ip("10.1.2.4"))", false},    {R"(both=ip("10.0.0.1"))", true},
      {R"(v6=ip("2001:db8::/32"))", true},    {R"(esc=ip("10.1.2.3"))", true},
      {R"(text=ip("10.0.0.0/8"))", false},    {R"(text!=ip("10.0.0.0/8"))", true},
      {R"(missing=ip("10.0.0.0/8"))", false}, {R"(missing!=ip("10.0.0.0/8"))", false},
  };
  for (const Case& c : cases) EXPECT_EQ(Matches(c.text, record.fields), c.matches) << c.text;
}

TEST(CompiledFilter, LabelsOfTheStreamWinOverFields) {
  const TestRecord record(R"({"namespace":"fake","team":"fake","app":"web","message":"hi"})");
  const Labels labels = {{"namespace", "shop"}, {"team", "core"}, {"app", "not a known label"}};
  const Case cases[] = {
      {R"(namespace="shop")", true},
      {R"(namespace="fake")", false},
      {R"(.namespace="fake")", true},
      {R"(`namespace`="shop")", true},
      {R"(team="core" and .team="fake")", true},
      {R"(app="web")", true},
      {R"(job="")", true},
      {R"(job!="x" and not job=~".+")", true},
      {R"(message="hi")", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Matches(c.text, record.fields, labels), c.matches) << c.text;
  }
}

TEST(CompiledFilter, AFactOfTheStreamMayHaveDots) {
  const NameScope scope({"kubernetes.node.name"});
  const CompiledFilter filter = Compiled(R"(kubernetes.node.name="n1")", scope);
  EXPECT_THAT(filter.labels(), testing::ElementsAre("kubernetes.node.name"));
  EXPECT_EQ(Bound(filter, {{"kubernetes.node.name", "n1"}}).verdict, StreamVerdict::kAlways);
}

TEST(CompiledFilter, DecidesByTheStreamWhatTheStreamDecides) {
  struct BindCase {
    std::string_view text;
    StreamVerdict verdict;
  };
  const BindCase cases[] = {
      {R"(namespace="shop")", StreamVerdict::kAlways},
      {R"(namespace="x")", StreamVerdict::kNever},
      {R"(not namespace="x")", StreamVerdict::kAlways},
      {R"(namespace="shop" and a="1")", StreamVerdict::kRecord},
      {R"(namespace="x" and a="1")", StreamVerdict::kNever},
      {R"(namespace="shop" or a="1")", StreamVerdict::kAlways},
      {R"(namespace="x" or a="1")", StreamVerdict::kRecord},
      {R"(a="1" and (pod="p" or b="2") and namespace="x")", StreamVerdict::kNever},
      {R"(not (namespace="shop" or a="1"))", StreamVerdict::kNever},
      {R"(not (namespace="shop" and a="1"))", StreamVerdict::kRecord},
      {R"(pod>5)", StreamVerdict::kNever},
      {R"(a=~".*")", StreamVerdict::kAlways},
      {R"(a!~".*" or b="1")", StreamVerdict::kRecord},
  };
  for (const BindCase& c : cases) {
    EXPECT_EQ(Bound(Compiled(c.text), {{"namespace", "shop"}}).verdict, c.verdict) << c.text;
  }
}

TEST(CompiledFilter, ListsTheNamesItLooksAtOnce) {
  const CompiledFilter filter =
      Compiled(R"(a.b="1" or namespace="x" and a.b="2" or .namespace="3" or namespace!="y")");
  EXPECT_THAT(filter.labels(), testing::ElementsAre("namespace"));
  EXPECT_THAT(filter.fields(),
              testing::ElementsAre(*FieldPath::Parse("a.b"), *FieldPath::Parse("namespace")));
}

TEST(CompiledFilter, MatchesOnlyCandidates) {
  const CompiledFilter filter = Compiled(R"(n>=2)");
  const TestRecord one(R"({"n":1})"), two(R"({"n":2})"), three(R"({"n":3})");
  const FieldList records[] = {one.fields, two.fields, three.fields, two.fields};
  RecordMask candidates = RecordMask::FirstOnes(4);
  candidates.Remove(3);
  FilterScratch scratch;
  const RecordMask matched = filter.Match(Bound(filter, {}), records, candidates, scratch);
  RecordMask expected;
  expected.Add(1);
  expected.Add(2);
  EXPECT_EQ(matched, expected);
}

TEST(CompiledFilter, RefusesMoreComparisonsWithLabelsThanItCanKeep) {
  std::string text = "pod=\"0\"";
  for (int i = 1; i < 64; ++i) text += ",pod=\"" + std::to_string(i) + "\"";
  EXPECT_TRUE(CompiledFilter::Compile(*Filter::Parse(text), {}).ok());
  const size_t offset = text.size() + 1;
  const absl::Status status =
      CompiledFilter::Compile(*Filter::Parse(text + ",pod=\"x\""), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SyntaxErrorOffset(status), offset);
}

}  // namespace
}  // namespace tailrace
