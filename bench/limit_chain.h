// LimitChain is what a single core can do at most: the work that nobody who sends these documents
// can leave out, written by hand for one file, one format and one thread. The agent's speed is
// quoted as a share of it.
//
//   block of whole lines -> offsets of the newlines -> for each line
//     CRI header and time        by hand
//     strict JSON, its names     agent/json's walker, or a UTF-8 check and escaping of text
//     template, id, offset, body by hand
//   -> a batch of 1 MiB -> BatchOutlet
//
// It does nothing that makes an agent of it: no rotation, partial lines, identity, ledger, budget,
// acknowledgements, retries. Its documents are byte for byte those of the agent; bench/run proves
// that by their hashes.
//
// Threads    One.
// Bounds     One batch, which grows by one line beyond kBatchBytes; lines of at most kLineBytesMax.
// Failure    kUnimplemented for a line that the corpora do not have: not CRI, 'P', not an object, a
//            name that must be moved. It never sends something else than the agent would.
// Cost       No allocation for a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "agent/json/json_fields.h"
#include "agent/json/json_walker.h"
#include "agent/json/reserved_names.h"
#include "bench/batch_outlet.h"
#include "bench/document_hash.h"
#include "parsers/timestamp.h"
#include "sinks/document_template.h"

namespace tailrace {

struct LimitChainOptions {
  bool parse_json = true;
  bool hash = false;  // Of all documents; costs time, so never while measuring.
};

class LimitChain {
 public:
  static constexpr size_t kBatchBytes = size_t{1} << 20;
  static constexpr size_t kLineBytesMax = size_t{256} << 10;

  LimitChain(LimitChainOptions options, DocumentTemplate document, BatchOutlet& outlet);

  // REQUIRES: `block` ends with a newline and has JsonWalker::kReadBeyond readable bytes behind it.
  absl::Status Consume(std::string_view block, int64_t offset);
  absl::Status Finish();

  uint64_t records() const { return records_; }
  const DocumentHash& hash() const { return hash_; }

 private:
  // What a line's 40 bytes of CRI say.
  struct Line {
    std::string_view time;
    std::string_view body;
    int64_t offset = 0;
    uint32_t covered = 0;
    bool on_stderr = false;
  };

  bool ParseCri(std::string_view text, Line& line) noexcept;
  bool CheckJson(std::string_view body, std::string_view& members) noexcept;
  char* WriteHead(const Line& line, char* out) const noexcept;
  bool WriteDocument(const Line& line) noexcept;
  absl::Status SendBatch();

  const LimitChainOptions options_;
  const DocumentTemplate document_;
  BatchOutlet& outlet_;
  TimestampReader times_;
  JsonWalker walker_;
  JsonFields fields_;
  const ReservedNames reserved_;
  std::vector<uint32_t> newlines_;
  std::vector<char> batch_;
  std::vector<uint32_t> ends_;  // Of the documents in it.
  char* end_;                   // Of what is in batch_.
  uint64_t records_ = 0;
  DocumentHash hash_;
};

}  // namespace tailrace
