// StagedLines brings lines through stages, for tests, and shows what is left of them as an encoder
// would write it.
//
//   StagedLines lines({R"({"a":1})"});
//   lines.Run(Parse("json")).Run(RemoveStage({Path("a")}));
//   EXPECT_EQ(lines.Document(0), "{}");
//
// Threads    One test's.
// Ownership  The stages that were run live as long as the lines.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/metrics.h"
#include "agent/pipeline/stages/parser_stage.h"
#include "agent/pipeline/stages/stage.h"
#include "agent/pipeline/stages/stage_chain.h"

namespace tailrace {

FieldPath Path(std::string_view text);
// With the labels that every stream has, and `job`.
CompiledFilter FilterOf(std::string_view text);
StageMaker Parse(std::string_view parser, OnParseError on_error = OnParseError::kKeep);

class StagedLines {
 public:
  // Each is a record with the time 2026-01-02T03:04:05Z, a second later than the one before.
  explicit StagedLines(const std::vector<std::string>& lines,
                       std::map<std::string, std::string, std::less<>> labels = {});

  StagedLines& Run(StageMaker make);
  StagedLines& RunWhere(std::string_view when, StageMaker make);

  // "{...}" of the record's members at the root, then "event{...}" and "log{...}" where there are
  // any; or the name of its fate when it has ended.
  std::string Document(size_t index);
  // The value of a label, as LabelLookup asks for it.
  std::string_view operator()(std::string_view label) const;
  std::string_view Time(size_t index) const { return batch_.record(index).time; }
  const StageRecord& record(size_t index) const { return batch_.record(index); }
  const FieldList& fields(size_t index) const { return batch_.fields(index); }

  uint64_t failures() const { return failures_.value(); }
  uint64_t filtered() const { return filtered_.value(); }
  uint64_t dropped() const { return dropped_.value(); }

 private:
  std::map<std::string, std::string, std::less<>> labels_;
  RecordBatch framed_;
  StageBatch batch_;
  Counter failures_, filtered_, dropped_;
  StageCounters counters_{&filtered_, &dropped_, &failures_};
  std::vector<std::unique_ptr<StageSpec>> specs_;
  std::vector<std::unique_ptr<StageChain>> chains_;
};

}  // namespace tailrace
