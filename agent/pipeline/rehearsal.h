// A Rehearsal brings a text through a plan as the agent would, by the same parts, and keeps what
// each stage did to each record and what became of it. For `explain` and `test`.
//
//   Rehearsal rehearsal(plan, stream, framing, clock);
//   for (const RehearsedRecord& record : rehearsal.Run(text, /*offset=*/0)) ...
//
// Threads    Not thread-safe.
// Ownership  Results own their texts. The plan and the clock outlive it.
// Bounds     The text and all that comes of it is in memory.
// Cost       Each record is a batch of its own, so that its nanoseconds are its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/metrics.h"
#include "agent/pipeline/file_windows.h"
#include "agent/pipeline/multiline_stage.h"
#include "agent/pipeline/pipeline_run.h"
#include "agent/pipeline/plan.h"
#include "parsers/event_joiner.h"
#include "parsers/framer_options.h"
#include "sinks/document_encoder.h"

namespace tailrace {

// StageReport::why of a stage that left the record as it was.
inline constexpr std::string_view kNoChange = "nothing to change";

// What one stage did to one record.
struct StageReport {
  std::string stage;
  bool applied = false;
  std::string why;                   // Why not, or what became of the record; may be empty.
  std::vector<std::string> changed;  // Names of fields that came, went or changed; and @timestamp.
  int64_t nanos = 0;
};

struct SinkReport {
  SinkId sink;
  std::string destination;   // Index, data stream or topic; "" for the sinks that have none.
  std::string document;      // Without the newline.
  bool dead_letter = false;  // It goes to that sink's dead letters instead.
};

// One record on its way through one pipeline.
struct RehearsedRecord {
  int64_t offset = 0;    // In the stream.
  size_t record = 0;     // Its number; several pipelines may take one record.
  size_t line = 0;       // Of the text, from 1: where it begins.
  std::string pipeline;  // Empty: none takes the stream.
  bool summary = false;  // Made by a `dedupe`, and at the place of the last that it stands for.
  std::vector<StageReport> stages;
  std::string ended_by;           // The stage that ended its way, if one did.
  std::vector<SinkReport> sinks;  // Empty when it goes nowhere.
};

class Rehearsal {
 public:
  Rehearsal(Plan& plan, StreamInfoPtr stream, const FramerOptions& framing, const Clock& clock);

  // `text` begins at `offset` of the stream. An unterminated last line is a record. Call once.
  std::vector<RehearsedRecord> Run(std::string_view text, int64_t offset);

 private:
  // What was framed, and what ends for the reason `end`.
  void TakeBatch(WorkerFile& file, EventEnd end);
  void Rehearse(const RecordBatch& batch, size_t index, const Route* route);
  // What has closed in the windows of the file's routes.
  void RehearseSummaries();
  void RehearseSummary(const Route& route, size_t stage, const DedupeSummaries& summary);
  void NumberRecords();
  // One summary, and the stage that made it.
  struct MadeSummary {
    size_t stage = 0;
    const DedupeSummaries* summary = nullptr;
  };
  // Of `single_`, which is the record itself or the summary.
  void RunRoute(const Route& route, RehearsedRecord& record,
                std::optional<MadeSummary> made = std::nullopt);
  void ReportPlainParse(const CompiledPipeline& pipeline, std::string_view text,
                        RehearsedRecord& record) const;
  void Encode(const Route& route, RehearsedRecord& record);
  SinkReport ReportSink(const Route& route, size_t output, bool dead_letter);
  size_t LineAt(int64_t offset) const;

  Plan& plan_;
  const StreamInfoPtr stream_;
  const FramerOptions framing_;
  const Clock& clock_;
  MetricRegistry registry_;
  FlowCounters flow_;
  const StreamBinding binding_;
  FileWindows windows_;
  MultilineStage multiline_;
  PipelineRun run_;
  RecordBatch framed_;
  DocumentEncoder encoder_;
  ParsedBodies bodies_;
  RecordBatch single_;  // The record at hand.
  std::string read_time_;

  std::string_view text_;
  int64_t text_offset_ = 0;
  std::vector<int64_t> line_ends_;  // Offsets in the text behind each newline.
  std::vector<RehearsedRecord> records_;
};

}  // namespace tailrace
