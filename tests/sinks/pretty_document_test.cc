#include "sinks/pretty_document.h"

#include <gtest/gtest.h>

#include "agent/json/json_dom.h"

namespace tailrace {
namespace {

std::string Pretty(std::string_view document) {
  std::string out;
  AppendPretty(document, out);
  return out;
}

std::string WithoutColours(std::string text) {
  for (size_t at; (at = text.find('\x1b')) != std::string::npos;) {
    text.erase(at, text.find('m', at) + 1 - at);
  }
  return text;
}

TEST(AppendPretty, IndentsWhatIsNestedAndLeavesEmptyAlone) {
  EXPECT_EQ(WithoutColours(Pretty(R"({"a":{"b":[1,-2.5e3,{"c":null}],"d":{},"e":[ ]},"f":"x y"}
)")),
            R"({
  "a": {
    "b": [
      1,
      -2.5e3,
      {
        "c": null
      }
    ],
    "d": {},
    "e": []
  },
  "f": "x y"
}
)");
}

TEST(AppendPretty, TellsNamesStringsAndTheRestByColour) {
  EXPECT_EQ(Pretty(R"({"a" : "b","c":true})"),
            "{\n  \x1b[34m\"a\"\x1b[0m: \x1b[32m\"b\"\x1b[0m,\n"
            "  \x1b[34m\"c\"\x1b[0m: \x1b[33mtrue\x1b[0m\n}\n");
}

TEST(AppendPretty, TakesNothingInAStringForStructure) {
  EXPECT_EQ(WithoutColours(Pretty(R"({"a\"{":"},[:\\","b":"\\\""})")),
            "{\n  \"a\\\"{\": \"},[:\\\\\",\n  \"b\": \"\\\\\\\"\"\n}\n");
}

TEST(AppendPretty, LetsNoLoggedByteCommandTheTerminal) {
  const struct {
    const char* name;
    std::string text;
    std::string shown;
  } cases[] = {
      {"escaped_escape", R"(\u001b[2J)", R"(\u001b[2J)"},
      {"delete",
       "a\x7f"
       "b",
       R"(a\u007fb)"},
      {"c1_csi",
       "\xc2\x9b"
       "2J",
       R"(\u009b2J)"},
      {"c1_first_and_last", "\xc2\x80\xc2\x9f", R"(\u0080\u009f)"},
      {"right_to_left_override",
       "\xe2\x80\xae"
       "gpj.exe",
       R"(\u202egpj.exe)"},
      {"isolate", "\xe2\x81\xa6", R"(\u2066)"},
      {"marks", "\xe2\x80\x8e\xe2\x80\x8f", R"(\u200e\u200f)"},
      {"no_break_space_stays", "\xc2\xa0", "\xc2\xa0"},
      {"dash_and_euro_stay", "\xe2\x80\x93\xe2\x82\xac", "\xe2\x80\x93\xe2\x82\xac"},
      {"cut_sequence_stays", "\xe2\x80", "\xe2\x80"},
  };
  for (const auto& c : cases) {
    const std::string document = "{\"m\":\"" + c.text + "\"}";
    EXPECT_EQ(WithoutColours(Pretty(document)), "{\n  \"m\": \"" + c.shown + "\"\n}\n") << c.name;
    const std::string large = "{\"m\":\"" + std::string(kPrettyBytesMax, 'x') + c.text + "\"}";
    EXPECT_TRUE(Pretty(large).ends_with("x" + c.shown + "\"}\n")) << c.name;
  }
}

TEST(AppendPretty, StaysTheSameJsonWithoutItsColours) {
  const std::string document = R"({"a":[[],{},[{"b":"é\n\u20ac"}],0.1,false],"":{"c":[null]}})";
  JsonReader reader;
  const auto parsed = reader.Parse(WithoutColours(Pretty(document)));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->Get("a").Size(), 5u);
  EXPECT_EQ(parsed->Get("").Get("c").Size(), 1u);
  std::string tight;
  for (const char c : WithoutColours(Pretty(document))) {
    if (c != ' ' && c != '\n') tight += c;
  }
  EXPECT_EQ(tight, document);
}

TEST(AppendPretty, LeavesWhatIsTooLargeInOneLine) {
  const std::string brackets =
      std::string(kPrettyBytesMax / 2 + 1, '[') + std::string(kPrettyBytesMax / 2 + 1, ']');
  EXPECT_EQ(Pretty(brackets + "\n"), brackets + "\n");
}

TEST(AppendPretty, EndsWhateverItIsGiven) {
  for (const char* text :
       {"", "\n", "{", "}", "\"", "\"\\", "]]]", "{\"a\":", "tru", ":,", "{]}"}) {
    EXPECT_TRUE(Pretty(text).ends_with('\n')) << text;
  }
}

}  // namespace
}  // namespace tailrace
