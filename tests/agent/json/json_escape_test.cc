#include "agent/json/json_escape.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "agent/json/byte_kernels.h"
#include "agent/json/utf8.h"
#include "tests/agent/json/reference_json.h"

namespace tailrace {
namespace {

std::string Escaped(const ByteKernels& kernels, std::string_view text) {
  std::string out(EscapeBound(text.size()), '\xee');
  const char* end = kernels.escape(out.data(), text);
  return out.substr(0, static_cast<size_t>(end - out.data()));
}

std::string EscapedByReference(std::string_view text) {
  const std::string quoted = nlohmann::json(text).dump();
  return quoted.substr(1, quoted.size() - 2);
}

std::string Unescaped(std::string_view raw) {
  std::string out;
  AppendUnescaped(raw, out);
  return out;
}

std::string Lossy(std::string_view text) {
  std::string out;
  AppendEscaped(text, out);
  return out;
}

TEST(JsonEscape, AgreesWithTheReferenceOnEveryByteAtEveryPlace) {
  for (const ByteKernels* kernels : SupportedByteKernels()) {
    for (size_t size : {1, 2, 15, 16, 31, 32, 33, 63, 64, 65, 100, 130}) {
      for (size_t at = 0; at < size; ++at) {
        for (int byte = 0; byte < 0x80; ++byte) {
          std::string text(size, 'x');
          text[at] = static_cast<char>(byte);
          ASSERT_EQ(Escaped(*kernels, text), EscapedByReference(text)) << kernels->name;
        }
      }
    }
  }
}

TEST(JsonEscape, AgreesWithTheReferenceOnDenseAndRandomText) {
  std::mt19937 random(3);
  constexpr std::string_view kPieces[] = {
      "\"",  "\\", "\n", "\x01", "a", "plain text ", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
      "\x7f"};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (size_t n = random() % 80; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    const std::string expected = EscapedByReference(text);
    for (const ByteKernels* kernels : SupportedByteKernels()) {
      ASSERT_EQ(Escaped(*kernels, text), expected) << kernels->name;
    }
    EXPECT_EQ(EscapedSize(text), expected.size());
    EXPECT_EQ(Lossy(text), expected);
    EXPECT_EQ(Unescaped(expected), text);
    EXPECT_TRUE(UnescapesTo(expected, text));
    EXPECT_FALSE(UnescapesTo(expected, text + "x"));
  }
}

TEST(JsonEscape, WritesNothingBeyondItsBound) {
  for (const ByteKernels* kernels : SupportedByteKernels()) {
    for (size_t size = 0; size < 200; ++size) {
      const std::string text(size, '\x01');
      std::string out(EscapeBound(size) + 16, '\xee');
      const char* end = kernels->escape(out.data(), text);
      EXPECT_EQ(static_cast<size_t>(end - out.data()), 6 * size);
      EXPECT_EQ(out.substr(EscapeBound(size)), std::string(16, '\xee')) << kernels->name;
    }
  }
}

TEST(JsonEscape, ReplacesEachMaximalSubpartOfIllFormedText) {
  struct Case {
    std::string_view text, escaped;
  };
  const Case kCases[] = {{"a\xff\xfe", "a\xef\xbf\xbd\xef\xbf\xbd"},
                         {"\xe2\x82", "\xef\xbf\xbd"},
                         {"\xe2\x82x", "\xef\xbf\xbdx"},
                         {"\xf0\x9f\x98", "\xef\xbf\xbd"},
                         {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
                         {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
                         {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
                         {"\"\xff\"", "\\\"\xef\xbf\xbd\\\""},
                         {"\xc3\xa9\xc3", "\xc3\xa9\xef\xbf\xbd"}};
  for (const Case& c : kCases) EXPECT_EQ(Lossy(c.text), c.escaped);
}

TEST(JsonEscape, LossyTextAlwaysMakesValidJson) {
  std::mt19937 random(4);
  for (int i = 0; i < 3000; ++i) {
    std::string text(random() % 100, '\0');
    for (char& byte : text) byte = static_cast<char>(random());
    ASSERT_TRUE(ReferenceParse("\"" + Lossy(text) + "\"").has_value());
  }
}

TEST(JsonEscape, UndoesEveryEscape) {
  struct Case {
    std::string_view raw, text;
  };
  const Case kCases[] = {{"", ""},
                         {"plain", "plain"},
                         {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
                         {"\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac"},
                         {"\\ud83d\\ude00!", "\xf0\x9f\x98\x80!"},
                         {"\\ud83d", "\xef\xbf\xbd"},
                         {"\\ude00\\ud83d", "\xef\xbf\xbd\xef\xbf\xbd"},
                         {"\\ud83d\\u0041",
                          "\xef\xbf\xbd"
                          "A"},
                         {"a\\", "a\\"},
                         {"\\u12", "\\u12"},
                         {"\\x", "\\x"}};
  for (const Case& c : kCases) {
    EXPECT_EQ(Unescaped(c.raw), c.text) << c.raw;
    EXPECT_TRUE(UnescapesTo(c.raw, c.text)) << c.raw;
    std::string in_place(c.raw);
    const char* end = UnescapeTo(in_place.data(), in_place);
    EXPECT_EQ(in_place.substr(0, static_cast<size_t>(end - in_place.data())), c.text);
  }
  EXPECT_EQ(Unescaped("\\u0000"), std::string(1, '\0'));
}

TEST(ByteKernels, AgreeOnEveryMarkAtEveryPlace) {
  struct Case {
    std::string_view mark;
    bool well_formed, escapes, newlines, lone_surrogates;
  };
  const Case kCases[] = {
      {"x", true, false, false, false},      {"\n", true, false, true, false},
      {"\r", true, false, true, false},      {"\\n", true, true, false, false},
      {"\\\\n", true, true, false, false},   {"\\x", false, false, false, false},
      {"\\u00e9", true, true, false, false}, {"\\u00g9", false, false, false, false},
      {"\\ud800", true, true, false, true},  {"\\", false, false, false, false}};
  for (const ByteKernels* kernels : SupportedByteKernels()) {
    for (const Case& c : kCases) {
      for (size_t before = 0; before < 70; ++before) {
        // What stands beyond the text would change the verdict if it were looked at.
        const std::string bytes =
            std::string(before, 'y') + std::string(c.mark) + "\\u0041\n\\q" + std::string(64, '\n');
        const TextMarks marks = kernels->scan({bytes.data(), before + c.mark.size()});
        ASSERT_EQ(marks.well_formed, c.well_formed) << kernels->name << " " << c.mark;
        if (!c.well_formed) continue;
        EXPECT_EQ(marks.escapes, c.escapes) << kernels->name << " " << c.mark;
        EXPECT_EQ(marks.newlines, c.newlines) << kernels->name << " " << c.mark;
        EXPECT_EQ(marks.lone_surrogates, c.lone_surrogates) << kernels->name << " " << c.mark;
      }
    }
  }
}

}  // namespace
}  // namespace tailrace
