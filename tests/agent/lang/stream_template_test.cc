#include "agent/lang/stream_template.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/base/strings.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

std::string_view ShopLabels(std::string_view name) {
  if (name == "namespace") return "shop";
  if (name == "pod") return "{{ namespace }}";
  return "";
}

TEST(StreamTemplate, RendersLabelsBetweenLiterals) {
  struct Case {
    std::string_view text;
    std::string_view rendered;
    std::string_view overflow;
    bool constant;
  };
  const Case cases[] = {
      {"", "", "", true},
      {"logs", "logs", "logs", true},
      {"logs-{{ namespace }}-default", "logs-shop-default", "logs-_overflow-default", false},
      {"{{namespace}}", "shop", "_overflow", false},
      {"{{  namespace}}{{namespace  }}", "shopshop", "_overflow_overflow", false},
      {"a{{ missing }}b", "ab", "a_overflowb", false},
      {"{{ pod }}", "{{ namespace }}", "_overflow", false},  // Values are not templates.
      {"a}b}}c{d", "a}b}}c{d", "a}b}}c{d", true},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<StreamTemplate> parsed = StreamTemplate::Parse(c.text);
    ASSERT_TRUE(parsed.ok()) << c.text << " " << parsed.status();
    EXPECT_EQ(parsed->Render(ShopLabels), c.rendered) << c.text;
    EXPECT_EQ(parsed->RenderOverflow(), c.overflow) << c.text;
    EXPECT_EQ(parsed->is_constant(), c.constant) << c.text;
  }
}

TEST(StreamTemplate, ErrorsSayWhatAndWhere) {
  constexpr std::string_view kNoLabel = "expected the name of a label, such as {{ namespace }}";
  struct Case {
    std::string_view text;
    size_t offset;
    std::string_view message;
  };
  const Case cases[] = {
      {"logs-{{ namespace", 5, "\"{{\" without \"}}\""},
      {"logs-{{ namespace }", 5, "\"{{\" without \"}}\""},
      {"{{}}", 2, kNoLabel},
      {"x{{   }}", 6, kNoLabel},
      {"{{ a-b }}", 3, kNoLabel},
      {"{{ a | lower }}", 3, kNoLabel},
      {"{{ {{ a }} }}", 3, kNoLabel},
      {"{{ .level }}", 3,
       "fields of records cannot be named in this version, only labels of the stream, such as "
       "{{ namespace }}"},
  };
  for (const Case& c : cases) {
    const absl::Status status = StreamTemplate::Parse(c.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(FromAbsl(status.message()), c.message) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
  EXPECT_EQ(StreamTemplate::Parse(std::string(5000, 'x')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tailrace
