// Encodes batches as a worker does, for tests that look at the documents: the parse stage, then the
// encoder, and what came out as JSON by another parser.
//
// Threads    One test thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/pipeline/parse_stage.h"
#include "sinks/document_encoder.h"

namespace tailrace {

struct DocumentItem {
  std::string action;  // Empty in NDJSON.
  std::string text;    // The document's line, without its end.
  std::vector<RangeRef> ranges;

  // Strictly: nlohmann alone would take the last of two equal names.
  nlohmann::json Json() const;
};

class EncodedDocuments {
 public:
  static constexpr char kTime[] = "2026-01-02T03:04:05.678901234Z";
  static constexpr char kReadTime[] = "2026-01-02T03:05:00.000000000Z";

  explicit EncodedDocuments(DocumentTemplate document) : document_(std::move(document)) {
    batch_.Clear();
  }

  static StreamInfo PodStream();
  static StreamInfo PlainStream();

  void Add(std::string_view body, uint16_t flags = kFlagStdout, std::string_view time = kTime,
           int64_t offset = 418, uint32_t covered = 100);
  // The record that was added last also needs `range`.
  void JoinLast(RangeRef range, std::string_view key_text);

  // Encodes what was added into one payload, behind what is in it, and begins a new batch.
  std::vector<DocumentItem> Encode(bool parse_json, std::string_view into = "",
                                   std::optional<RangeRef> range = RangeRef{FileId(1), RangeId(7)});

  const Payload& payload() const { return payload_; }
  uint64_t not_utf8() const { return not_utf8_; }

 private:
  const DocumentTemplate document_;
  MetricRegistry registry_;
  FlowCounters flow_{registry_, {"pods"}};
  ParseStage parse_{flow_};
  DocumentEncoder encoder_;
  RecordBatch batch_;
  std::vector<std::string_view> joined_keys_;
  Payload payload_;
  uint64_t not_utf8_ = 0;
};

}  // namespace tailrace
