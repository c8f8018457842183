// Random filters over random records: the batch predicate, the single one, the canonical text and
// what is said of a filter without running it agree with an evaluation that knows no shortcuts.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/strings.h"
#include "agent/lang/compiled_filter.h"
#include "agent/lang/quantity.h"
#include "agent/pattern/regex.h"
#include "tests/agent/lang/test_record.h"

namespace tailrace {
namespace {

using Random = std::minstd_rand;

template <size_t N>
std::string_view Pick(const std::string_view (&from)[N], Random& random) {
  return from[random() % N];
}

std::string MakeComparison(Random& random) {
  constexpr std::string_view kNames[] = {"a", "b", "o.k", ".pod", "pod", "namespace", "missing"};
  constexpr std::string_view kTexts[] = {
      R"(="x")",    R"(!="x")",      R"(="")",        R"(!="")",   R"(=~"x|y")",
      R"(!~"x.*")", R"(=~".*\n.*")", R"(=~"[0-9]+")", R"(!~".*")", R"(="5")"};
  constexpr std::string_view kQuantities[] = {">5",
                                              ">=5",
                                              "<5",
                                              "<=5",
                                              "=5",
                                              "!=5",
                                              ">1s",
                                              "<=1s",
                                              "=1KiB",
                                              "!=1KiB",
                                              ">7",
                                              R"(=ip("10.0.0.0/8"))",
                                              R"(!=ip("10.0.0.0/8"))"};
  return Concat(
      {Pick(kNames, random), random() % 2 == 0 ? Pick(kTexts, random) : Pick(kQuantities, random)});
}

std::string MakeFilter(Random& random, int depth) {
  const uint32_t choice = static_cast<uint32_t>(random() % 6);
  if (depth == 0 || choice == 0) return MakeComparison(random);
  if (choice == 1) return Concat({"not (", MakeFilter(random, depth - 1), ")"});
  constexpr std::string_view kJoins[] = {" and ", " or ", ", ", " "};
  std::string text = MakeFilter(random, depth - 1);
  for (uint32_t i = 0; i < choice - 1; ++i) {
    const bool brackets = random() % 2 == 0;
    const std::string more = MakeFilter(random, depth - 1);
    text += Concat({Pick(kJoins, random), brackets ? "(" : "", more, brackets ? ")" : ""});
  }
  return text;
}

std::string MakeRecord(Random& random) {
  constexpr std::string_view kValues[] = {
      "\"x\"",  "\"y\"",    "\"\"", "null",         "5",           "6.5",       "\"5\"", "true",
      "\"2s\"", "\"2KiB\"", "1024", "\"10.0.0.1\"", R"("\u0078")", R"("a\nb")", "[]",    "{}",
      "\"xx\"", "\"\\\\\"", "-1",   "\"8.8.8.8\""};
  const bool nested = random() % 2 == 0;
  return Concat({"{\"a\":", Pick(kValues, random), ",\"b\":", Pick(kValues, random),
                 nested ? ",\"o\":{\"k\":" : ",\"o.k\":", Pick(kValues, random),
                 nested ? "}}" : "}"});
}

bool Compares(FilterOp op, double a, double b) {
  return (op == FilterOp::kEqual && a == b) || (op == FilterOp::kNotEqual && a != b) ||
         (op == FilterOp::kGreater && a > b) || (op == FilterOp::kGreaterOrEqual && a >= b) ||
         (op == FilterOp::kLess && a < b) || (op == FilterOp::kLessOrEqual && a <= b);
}

std::string_view LabelOf(std::string_view label) { return label == "namespace" ? "x" : ""; }

std::optional<double> Read(FilterValueKind kind, std::string_view text) {
  if (kind == FilterValueKind::kNumber) return ReadNumber(text);
  return kind == FilterValueKind::kDuration ? ReadDuration(text) : ReadBytes(text);
}

// By the words of compiled_filter.h.
class NaiveFilter {
 public:
  bool Holds(const FilterNode& node, const FieldList& record) {
    if (node.kind == FilterNodeKind::kNot) return !Holds(node.children.front(), record);
    if (node.kind == FilterNodeKind::kCompare) return Compare(node, record);
    size_t holding = 0;
    for (const FilterNode& child : node.children) holding += Holds(child, record) ? 1 : 0;
    return node.kind == FilterNodeKind::kAnd ? holding == node.children.size() : holding > 0;
  }

 private:
  bool Compare(const FilterNode& node, const FieldList& record) {
    const std::string& name = node.name.path.name();
    if (!node.name.own && (name == "pod" || name == "namespace")) {
      return CompareText(node, LabelOf(name), LabelOf(name).empty());
    }
    const FieldValue value = node.name.path.Find(record);
    std::string buffer;
    return CompareText(node, TextOf(value, buffer), value.missing());
  }

  bool CompareText(const FilterNode& node, std::string_view text, bool missing) {
    const FilterValue& value = node.value;
    if (value.kind == FilterValueKind::kString) {
      if (node.op == FilterOp::kEqual) return text == value.text;
      if (node.op == FilterOp::kNotEqual) return text != value.text;
      return RegexOf(value.text).FullMatch(text) == (node.op == FilterOp::kMatches);
    }
    if (value.kind == FilterValueKind::kIp) {
      const bool contains = IpRange::Parse(value.text)->ContainsSomeIn(text);
      return !missing && contains == (node.op == FilterOp::kEqual);
    }
    const std::optional<double> number = Read(value.kind, text);
    return !missing && number.has_value() && Compares(node.op, *number, value.number);
  }

  const Regex& RegexOf(const std::string& pattern) {
    const auto known = regexes_.find(pattern);
    if (known != regexes_.end()) return known->second;
    Regex regex = *Regex::Compile(pattern, RegexOptions{.dot_matches_newline = true});
    return regexes_.emplace(pattern, std::move(regex)).first->second;
  }

  std::map<std::string, Regex> regexes_;
};

TEST(FilterProperty, BatchAndSingleAndPrintedFiltersAgreeWithTheNaiveOne) {
  Random random(1);
  std::vector<std::unique_ptr<TestRecord>> kept;
  std::vector<FieldList> records;
  for (size_t i = 0; i < kBatchRecordsMax; ++i) {
    kept.push_back(std::make_unique<TestRecord>(MakeRecord(random)));
    records.push_back(kept.back()->fields);
  }
  FilterScratch scratch;
  NaiveFilter naive;
  size_t never = 0, always = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::string text = MakeFilter(random, round % 4);
    const absl::StatusOr<Filter> filter = Filter::Parse(text);
    if (!filter.ok()) continue;  // Of over 256 comparisons.
    const absl::StatusOr<Filter> printed = Filter::Parse(filter->ToString());
    ASSERT_TRUE(printed.ok()) << filter->ToString();
    ASSERT_EQ(printed->ToString(), filter->ToString());
    const absl::StatusOr<CompiledFilter> compiled = CompiledFilter::Compile(*filter, {});
    if (!compiled.ok()) continue;  // Of over 64 labels.
    const StreamFilter of_stream = compiled->BindStream(LabelOf);
    const RecordMask candidates = RecordMask::FirstOnes(random() % (kBatchRecordsMax + 1));
    const RecordMask matched = compiled->Match(of_stream, records, candidates, scratch);
    RecordMask expected, of_printed, single;
    candidates.ForEach([&](size_t i) {
      if (naive.Holds(filter->root(), records[i])) expected.Add(i);
      if (naive.Holds(printed->root(), records[i])) of_printed.Add(i);
      if (compiled->MatchesOne(of_stream, records[i], scratch)) single.Add(i);
    });
    ASSERT_EQ(matched, expected) << text;
    ASSERT_EQ(single, expected) << text;
    ASSERT_EQ(of_printed, expected) << text;
    ASSERT_TRUE(expected.empty() || !filter->IsNeverTrue()) << text;
    ASSERT_TRUE(expected == candidates || !filter->IsAlwaysTrue()) << text;
    never += filter->IsNeverTrue() ? 1 : 0;
    always += filter->IsAlwaysTrue() ? 1 : 0;
  }
  EXPECT_GT(never, 10u);
  EXPECT_GT(always, 10u);
}

}  // namespace
}  // namespace tailrace
