// The scanner against RE2: the same answer for every pattern and text.
#include "agent/pattern/scanner.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "agent/pattern/byte_run.h"
#include "agent/pattern/line_pattern.h"

namespace tailrace {
namespace {

std::string Answer(const LinePattern& pattern, std::string_view text) {
  std::vector<std::string_view> values(pattern.captures().size());
  if (!pattern.Match(text, values)) return "no match";
  std::string answer;
  for (const std::string_view value : values) {
    answer += value.data() == nullptr ? "none|"
                                      : std::to_string(value.data() - text.data()) + "+" +
                                            std::to_string(value.size()) + "|";
  }
  return answer;
}

// Fails the test at the first difference.
void ExpectSame(const LinePattern& scanned, const LinePattern& re2, std::string_view pattern,
                std::string_view text) {
  const std::string ours = Answer(scanned, text), theirs = Answer(re2, text);
  ASSERT_EQ(ours, theirs) << "pattern " << pattern << "\non \"" << text << "\"";
}

struct Shape {
  std::string_view pattern;
  std::string_view alphabet;  // Of random texts, which then often match.
};

constexpr Shape kShapes[] = {
    {"^(?<a>\\S+) (?<b>\\S+) \\[(?<c>[^\\]]+)\\] \"(?<d>[^\"]*)\"$", "ab []\"\n"},
    {"(?<a>\\d+)-(?<b>\\d*)", "01- "},
    {"(?<a>.*?)=(?<b>.*)", "a=b\n"},
    {"(?<a>.*)=(?<b>.*?);", "a=;\n"},
    {"(?<a>a*)(?<b>a?)(?<c>a{1,2})b", "ab"},
    {"(?<a>a*?)(?<b>a?"
     "?)(?<c>a{1,2}?)b",
     "ab"},
    {"(?<a>[01]?[0-9]?[0-9])\\.(?<b>25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})\\b", "0125.x"},
    {"(?:(?<a>a)|(?<b>b)|c)*d", "abcd"},
    {"(?:(?<a>a)|(?<b>b)|c)*?(?<c>[cd])", "abcd"},
    {"(?<a>(?:ab|a)(?:c|bcd))(?<b>d*)", "abcd"},
    {"\\b(?<w>\\w+)\\b(?<r>.*)", "a_ -\n"},
    {"\\B(?<w>\\w)\\B", "a -"},
    {"(?<a>x+)\\b-\\b(?<b>y+)", "xy-"},
    {"(?m)^(?<l>[a-b]+)$", "ab\n"},
    {"(?m)(?<l>^a|b$)\n?", "ab\n"},
    {"(?s)\\A(?<l>.+)\\z", "ab\n"},
    {"(?<a>a)?(?<b>b)?(?<c>c)?$", "abc"},
    {"(?:-|(?<n>[+-]?[0-9]+)) (?:-|(?<m>[+-]?[0-9]+(?:\\.[0-9]+)?))", "-+01. "},
    {"\"(?<q>[^\"\\\\]*(?:\\\\.[^\"\\\\]*)*)\"", "\"\\a\n"},
    {"(?<k>\\w+)=(?:\"(?<q>[^\"]*)\"|(?<v>\\S*))(?: |$)", "ab=\" "},
    {"(?:(?<a>[a-c]{2})-){2,3}(?<b>[a-c]+)", "abc-"},
    {"(?:(?<a>[a-c]{2})-){2,}?(?<b>[a-c]+)", "abc-"},
    {"(?i)(?<l>warn(?:ing)?|err(?:or)?)(?<r>:| )", "warnigeo: WE"},
    {"longliteral(?<r>x*)literallong", "longiteralx"},
    {"(?<a>ab|a)(?<b>c|bcd)?(?<c>d*)$", "abcd"},
    {"(?<a>|a)(?<b>b|)(?<c>c*)", "abc"},
    {"(?<a>(?:a|ab)(?:b|bc)?)?c", "abc"},
    {"(?<a>\\xff*)\xc3\xa9(?<b>.)", "\xff\xc3\xa9x"},
    {"", "a"},
    {"(?<a>[^\\s\\S])|b", "ab"},
    {"(?<a>a{0})(?<b>b{2}){0,2}c", "abc"},
    {"(?<a>(?:a(?<b>b)?)+)(?<c>a|b)", "ab"},
};

TEST(Scanner, FindsWhatRe2FindsInRandomTexts) {
  std::mt19937 random(7);
  for (const Shape& shape : kShapes) {
    const absl::StatusOr<LinePattern> scanned = LinePattern::Compile(shape.pattern);
    ASSERT_TRUE(scanned.ok()) << shape.pattern << ": " << scanned.status();
    ASSERT_EQ(scanned->engine(), PatternEngine::kScanner)
        << shape.pattern << ": " << scanned->why_re2();
    const LinePattern re2 = scanned->OnRe2();
    for (int i = 0; i < 3000; ++i) {
      std::string text(random() % (i % 10 == 0 ? 60 : 14), '\0');
      for (char& c : text) c = shape.alphabet[random() % shape.alphabet.size()];
      ASSERT_NO_FATAL_FAILURE(ExpectSame(*scanned, re2, shape.pattern, text));
    }
  }
}

// A random pattern of what the parser knows, over few letters.
class RandomPattern {
 public:
  explicit RandomPattern(uint32_t seed) : random_(seed) {}

  std::string Make(int depth) {
    switch (depth == 0 ? random_() % 4 : random_() % 12) {
      case 0:
        return Pick({"a", "b", "-", "ab", "a-"});
      case 1:
        return Pick({"[ab]", "[^a]", "\\w", "\\W", ".", "[b-]", "\\d", "(?s:.)"});
      case 2:
        return Pick({"[ab]", "[^-]", "\\w", ".", "[^ab]"}) + Often();
      case 3:
        return random_() % 4 == 0 ? Pick({"\\b", "^", "$", "\\B", "(?m:^)", "(?m:$)"})
                                  : Pick({"a", "-"});
      case 4:
      case 5:
        return "(?<n>" + Make(depth - 1) + ")";
      case 6:
        return "(?:" + Make(depth - 1) + "|" + Make(depth - 1) + ")";
      case 7:
        return "(?:" + Make(depth - 1) + ")" + Often();
      case 8:
        return "(?:" + Make(depth - 1) + "|" + Make(depth - 1) + "|)";
      default:
        return Make(depth - 1) + Make(depth - 1);
    }
  }
  std::string Text() {
    std::string text(random_() % 12, '\0');
    for (char& c : text) c = "aab-\n1"[random_() % 6];
    return text;
  }

 private:
  std::string Pick(std::initializer_list<const char*> of) {
    return of.begin()[random_() % of.size()];
  }
  std::string Often() {
    return Pick({"*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"});
  }
  std::mt19937 random_;
};

TEST(Scanner, FindsWhatRe2FindsForRandomPatterns) {
  size_t lowered = 0;
  constexpr uint32_t kPatterns = 3000;
  for (uint32_t seed = 0; seed < kPatterns; ++seed) {
    RandomPattern random(seed);
    const std::string pattern = random.Make(4);
    const absl::StatusOr<LinePattern> scanned = LinePattern::Compile(pattern);
    ASSERT_TRUE(scanned.ok()) << pattern << ": " << scanned.status();
    if (scanned->engine() != PatternEngine::kScanner) continue;
    ++lowered;
    const LinePattern re2 = scanned->OnRe2();
    for (int i = 0; i < 30; ++i) {
      ASSERT_NO_FATAL_FAILURE(ExpectSame(*scanned, re2, pattern, random.Text())) << seed;
    }
  }
  EXPECT_GT(lowered, kPatterns / 2);
}

TEST(Scanner, IsNotBuiltWhereItWouldNotBeSure) {
  struct Case {
    std::string_view pattern;
    std::string_view why;
  };
  const Case cases[] = {
      {"(?:a*)*b", "it repeats what may be empty"},
      {"(?:a|\\b){2}", "it repeats what may be empty"},
      {"\\p{Greek}+", "it names characters beyond ASCII"},
      {"(?:(?:a[bc]d){30}e){30}", "it is too large"},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<LinePattern> compiled = LinePattern::Compile(c.pattern);
    ASSERT_TRUE(compiled.ok()) << compiled.status();
    EXPECT_EQ(compiled->engine(), PatternEngine::kRe2) << c.pattern;
    EXPECT_EQ(compiled->why_re2(), c.why) << c.pattern;
  }
}

TEST(Scanner, HostileTextsStayLinear) {
  const absl::StatusOr<LinePattern> pattern =
      LinePattern::Compile("^(?:(?<a>[ab]+)[ab]+)+(?<r>.*?)x.*?y.*?z$");
  ASSERT_TRUE(pattern.ok());
  ASSERT_EQ(pattern->engine(), PatternEngine::kScanner);
  const std::string hostile = std::string(20'000, 'a') + std::string(20'000, 'x');
  ExpectSame(*pattern, pattern->OnRe2(), "hostile", hostile);
}

TEST(ByteRun, FindsTheEndOfEveryRunOfEverySet) {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    ByteSet set;
    for (int ranges = static_cast<int>(random() % 5); ranges > 0; --ranges) {
      const uint8_t low = static_cast<uint8_t>(random());
      set.AddRange(low, static_cast<uint8_t>(low + random() % (256u - low)));
    }
    if (round % 2 == 0) set = ~set;
    const ByteRun run(set);
    // Copied to its own allocation, so that a sanitizer sees a read beyond it.
    std::vector<char> text(random() % 70);
    for (char& c : text) c = static_cast<char>(random());
    for (char& c : text) {
      for (int tries = 0; tries < 4 && !set.Has(static_cast<uint8_t>(c)); ++tries) ++c;
    }
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    for (const char* at = begin; at <= end; ++at) {
      const char* expected = at;
      while (expected < end && set.Has(static_cast<uint8_t>(*expected))) ++expected;
      ASSERT_EQ(run.End(begin, at, end) - begin, expected - begin) << round;
    }
  }
}

}  // namespace
}  // namespace tailrace
