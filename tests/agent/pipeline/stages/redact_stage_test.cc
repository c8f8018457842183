// `redact`, on records whose way has ended at a parser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/pipeline/stages/parser_stage.h"
#include "agent/pipeline/stages/redact_stage.h"
#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

using testing::HasSubstr;
using testing::Not;

StageMaker Redact(std::vector<std::string> fields = {}, RedactAction action = RedactAction::kMask) {
  RedactOptions options;
  options.detectors = {Detector::kEmail};
  options.action = action;
  options.fields = std::move(fields);
  return RedactStage(*Redactor::Compile(options));
}

std::string Message(const StagedLines& lines, size_t index) {
  return std::string(Path("message").Find(lines.fields(index)).text);
}

TEST(RedactStage, TakesSecretsOutOfWhatGoesToTheDeadLetters) {
  StagedLines lines({"no json, ada@example.com", R"({"a":1})", "ada@example.com \xff"});
  lines.Run(Parse("json", OnParseError::kDeadLetter)).RunWhere(R"(a="2")", Redact());
  for (const size_t index : {0u, 2u}) {
    EXPECT_EQ(lines.record(index).fate, Fate::kRejected);
    EXPECT_THAT(Message(lines, index), Not(HasSubstr("ada@example.com")));
  }
  EXPECT_THAT(std::string(lines.record(2).original), Not(HasSubstr("ada@example.com")));
  EXPECT_EQ(lines.Document(1), R"({"a":1})");
}

TEST(RedactStage, OfALineThatWasRefusedTheTextStandsForTheFields) {
  StagedLines lines(
      {R"({"msg":"ada@example.com)", R"({"msg":"ada@example.com","message":"ada@example.com"})"});
  lines.Run(Parse("json")).Run(Redact({"msg"}));
  EXPECT_THAT(Message(lines, 0), Not(HasSubstr("ada@example.com")));
  EXPECT_THAT(lines.Document(1), HasSubstr(R"("message":"ada@example.com")"));
  EXPECT_THAT(lines.Document(1), Not(HasSubstr(R"("msg":"ada@example.com")")));
}

TEST(RedactStage, FiltersAndDropsAreLeftAlone) {
  StagedLines lines({"no json, ada@example.com"});
  lines.Run(Parse("json", OnParseError::kDrop)).Run(Redact());
  EXPECT_EQ(Message(lines, 0), "no json, ada@example.com");
}

}  // namespace
}  // namespace tailrace
