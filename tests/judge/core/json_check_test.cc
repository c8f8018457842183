#include "tests/judge/core/json_check.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace tailrace {
namespace {

JsonVerdict Check(std::string_view text) { return CheckJson(text, JsonVisitor()); }

TEST(JsonCheck, VerdictsOfATable) {
  using enum JsonVerdict;
  const std::pair<std::string, JsonVerdict> cases[] = {
      {"{}", kGood},
      {" [1, -0.5e+3, true, null, \"\\u00e9\\ud83d\\ude80\"] ", kGood},
      {R"({"a":{"b":1},"b":{"b":2}})", kGood},
      {R"([{"a":1},{"a":1}])", kGood},
      {R"({"a":1,"a":2})", kDuplicateKey},
      {R"({"a":1,"\u0061":2})", kDuplicateKey},
      {R"({"x":[{"a":{"k":1,"z":2,"k":3}}]})", kDuplicateKey},
      {R"({"a":1,"a":2)", kInvalid},
      {"", kInvalid},
      {"{", kInvalid},
      {"{}x", kInvalid},
      {"[1,]", kInvalid},
      {"01", kInvalid},
      {"1.", kInvalid},
      {"-", kInvalid},
      {"\"\\x\"", kInvalid},
      {"\"\\ud800\"", kInvalid},
      {"\"\\ude80\"", kInvalid},
      {"\"\\u12", kInvalid},
      {"\"a\nb\"", kInvalid},
      {"\"\xc0\x80\"", kInvalid},
      {"\"\xed\xa0\x80\"", kInvalid},
      {"\"\xf4\x90\x80\x80\"", kInvalid},
      {"\"\xe2\x82", kInvalid},
      {std::string("\"\\\0\"", 4), kInvalid},
      {std::string(100'000, '['), kInvalid},
  };
  for (const auto& [text, verdict] : cases) EXPECT_EQ(Check(text), verdict) << text.substr(0, 60);
}

TEST(JsonCheck, VisitsTheMembersOfTheRootAndOfItsObjects) {
  std::vector<std::string> seen;
  const JsonVisitor visit = [&](const JsonMember& member) {
    seen.push_back(std::to_string(member.depth) + std::string(member.parent) +
                   std::string(member.key) + std::string(member.value));
  };
  ASSERT_EQ(CheckJson(R"({"create":{"_id":"x","o":{"deep":1}},"l":[{"in":"list"}],"n":1})", visit),
            JsonVerdict::kGood);
  EXPECT_EQ(seen, (std::vector<std::string>{R"(2"create""_id""x")", R"(2"create""o"{"deep":1})",
                                            R"(1"create"{"_id":"x","o":{"deep":1}})",
                                            R"(1"l"[{"in":"list"}])", R"(1"n"1)"}));
}

TEST(JsonCheck, UnquotingUndoesQuoting) {
  const std::string texts[] = {"", "plain", "q\"b\\s/\t\n\x01", "grö日🚀"};
  for (const std::string& text : texts) {
    std::string quoted, back;
    AppendJsonString(text, &quoted);
    ASSERT_EQ(Check(quoted), JsonVerdict::kGood);
    ASSERT_TRUE(UnquoteJson(quoted, &back));
    EXPECT_EQ(back, text);
  }
  std::string back;
  ASSERT_TRUE(UnquoteJson(R"("\ud83d\ude80\u00e9\b\/")", &back));
  EXPECT_EQ(back, "🚀é\b/");
  EXPECT_FALSE(UnquoteJson("12", &back));
  EXPECT_FALSE(UnquoteJson("\"", &back));
}

// Texts that are nearly JSON, judged by a second parser. It takes a key twice, and numbers only as
// far as a double goes, which these do not leave.
TEST(JsonCheck, AgreesWithNlohmannOnMutatedTexts) {
  const std::string seeds[] = {R"({"a":[1,2.5,-3e2,{"b":null}],"c":"x\u0041\n","d":{"e":true}})",
                               "[\"日本\",\"\\ud83d\\ude80\",false,[],{}]", R"({"":{"":""}})"};
  constexpr std::string_view kAlphabet = "{}[]\",:\\u0019adefnrst. -+\xe6\x97\xa5\x80\x01";
  std::mt19937_64 rng(7);
  for (int i = 0; i < 30'000; ++i) {
    std::string text = seeds[rng() % std::size(seeds)];
    for (uint64_t edits = rng() % 4; edits > 0; --edits) {
      const size_t at = rng() % text.size();
      switch (rng() % 3) {
        case 0:
          text[at] = kAlphabet[rng() % kAlphabet.size()];
          break;
        case 1:
          text.insert(at, 1, kAlphabet[rng() % kAlphabet.size()]);
          break;
        default:
          text.erase(at, 1);
      }
      if (text.empty()) break;
    }
    EXPECT_EQ(Check(text) != JsonVerdict::kInvalid, nlohmann::json::accept(text)) << text;
  }
}

TEST(JsonCheck, TakesAndRefusesWhatTheTestSuiteSays) {
  const char* const given = std::getenv("TAILRACE_CORPORA");
  const std::string folder =
      std::string(given == nullptr ? "../shared/corpora" : given) + "/json-testsuite";
  std::error_code error;
  int cases = 0;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
       ++at) {
    const std::string name = at->path().filename();
    if (!name.ends_with(".json") || (!name.starts_with("y_") && !name.starts_with("n_"))) continue;
    std::ifstream in(at->path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    EXPECT_EQ(Check(text.str()) != JsonVerdict::kInvalid, name.starts_with("y_")) << name;
    ++cases;
  }
  if (cases == 0) GTEST_SKIP() << "no corpus at " << folder;
}

}  // namespace
}  // namespace tailrace
