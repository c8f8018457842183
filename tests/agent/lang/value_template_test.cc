#include "agent/lang/value_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/lang/syntax_error.h"
#include "tests/agent/lang/test_record.h"

namespace tailrace {
namespace {

ValueTemplate Parsed(std::string_view text) {
  const absl::StatusOr<ValueTemplate> parsed = ValueTemplate::Parse(text, NameScope({"team"}));
  EXPECT_TRUE(parsed.ok()) << text << " " << parsed.status();
  return *parsed;
}

std::string_view LabelOf(std::string_view label) {
  if (label == "namespace") return "shop";
  return label == "team" ? "core" : "";
}

TEST(ValueTemplate, PutsLabelsAndFieldsIntoText) {
  const TestRecord record(R"({"namespace":"fake","user":{"id":7,"name":"A\u00e9\"\n"},"z":null,)"
                          R"("list":[1,2],"on":true,"odd key":"k"})");
  struct Case {
    std::string_view text;
    std::string_view rendered;
  };
  const Case cases[] = {
      {"", ""},
      {"plain { } }} text", "plain { } }} text"},
      {"{{ namespace }}", "shop"},
      {"{{namespace}}/{{ team }}", "shop/core"},
      {"{{ .namespace }}", "fake"},
      {"a{{ .user.id }}b", "a7b"},
      {"{{ user.name }}", "A\xc3\xa9\"\n"},
      {"<{{ .user.name }}{{ .user.name }}>", "<A\xc3\xa9\"\nA\xc3\xa9\"\n>"},
      {"{{ .`odd key` }}", "k"},
      {"<{{ .z }}{{ .missing }}{{ pod }}>", "<>"},
      {"{{ .list }} {{ .on }} {{ .user.x }}", "[1,2] true "},
  };
  ByteArena arena;
  for (const Case& c : cases) {
    EXPECT_EQ(Parsed(c.text).Render(record.fields, LabelOf, arena), c.rendered) << c.text;
  }
}

TEST(ValueTemplate, TellsWhatItIsMadeOf) {
  EXPECT_TRUE(Parsed("x").is_constant());
  EXPECT_TRUE(Parsed("").is_constant());
  EXPECT_FALSE(Parsed("{{ team }}").is_constant());
  EXPECT_EQ(Parsed("{{ team }}").sole_field(), nullptr);
  EXPECT_EQ(Parsed("{{ .a }}x").sole_field(), nullptr);
  const ValueTemplate sole = Parsed("{{ .a.b }}");
  ASSERT_NE(sole.sole_field(), nullptr);
  EXPECT_EQ(sole.sole_field()->name(), "a.b");
  EXPECT_THAT(Parsed("{{ .a }}{{ team }}{{ b }}").fields(),
              testing::ElementsAre(*FieldPath::Parse("a"), *FieldPath::Parse("b")));
}

TEST(ValueTemplate, AConstantMayBeReadBeyondItsEndAsTheArenaMay) {
  ByteArena arena;
  const ValueTemplate constant = Parsed("constant");
  const std::string_view value = constant.Render({}, LabelOf, arena);
  size_t zeros = 0;
  for (size_t i = 0; i < ByteArena::kPaddingBytes; ++i)
    zeros += value.data()[value.size() + i] == 0;
  EXPECT_EQ(zeros, ByteArena::kPaddingBytes);
}

TEST(ValueTemplate, PointsAtWhatIsWrong) {
  std::string many;
  for (int i = 0; i < 33; ++i) many += "{{ a }}";
  struct Case {
    std::string text;
    size_t offset;
  };
  const Case cases[] = {
      {"a{{ b", 1},
      {"{{}}", 2},
      {"{{ }}", 3},
      {"{{ a b }}", 3},
      {"{{ \"a\" }}", 3},
      {"{{ a..b }}", 5},
      {"{{ . }}", 3},
      {"{{ `a }}", 3},
      {"{{ a | upper }}", 3},
      {many, 32 * 7},
      {std::string(5000, 'a'), 0},
  };
  for (const Case& c : cases) {
    const absl::Status status = ValueTemplate::Parse(c.text, {}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
}

}  // namespace
}  // namespace tailrace
