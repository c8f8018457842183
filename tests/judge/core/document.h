// Which generated line a document holds. The text is looked for in the root's `message`, then in
// `msg` (lines that were JSON and were taken apart by the agent).
//
// Threads   A DocumentReader is not thread-safe; `text` and `line` are good until its next Read.
// Failure   Total: any bytes give a verdict.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/judge/core/json_check.h"
#include "tests/judge/core/line.h"

namespace tailrace {

struct DocumentVerdict {
  JsonVerdict json = JsonVerdict::kInvalid;
  LineKind kind = LineKind::kCorrupt;
  LineRef line;           // for kGood
  std::string_view text;  // what was taken for the line; the document itself when no text was found
  bool has_timestamp = false;
  bool forged =
      false;  // what the application called `kubernetes` stands where the agent's own belongs
};

class DocumentReader {
 public:
  explicit DocumentReader(std::string run);
  DocumentReader(const DocumentReader&) = delete;
  DocumentReader& operator=(const DocumentReader&) = delete;

  DocumentVerdict Read(std::string_view document);

 private:
  void Visit(const JsonMember& member);

  const std::string run_;
  const JsonVisitor visitor_;
  std::string_view message_, msg_;  // raw spans
  bool has_timestamp_ = false;
  bool forged_ = false;
  std::string message_text_, msg_text_;
};

}  // namespace tailrace
