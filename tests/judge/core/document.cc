#include "tests/judge/core/document.h"

#include <utility>

namespace tailrace {

DocumentReader::DocumentReader(std::string run)
    : run_(std::move(run)), visitor_([this](const JsonMember& member) { Visit(member); }) {}

void DocumentReader::Visit(const JsonMember& member) {
  if (member.depth != 1) return;
  if (member.key == "\"message\"") message_ = member.value;
  if (member.key == "\"msg\"") msg_ = member.value;
  if (member.key == "\"@timestamp\"") has_timestamp_ = true;
  if (member.key == "\"kubernetes\"" || member.key.starts_with("\"kubernetes.")) {
    forged_ = forged_ || member.value.find("forged") != std::string_view::npos;
  }
}

DocumentVerdict DocumentReader::Read(std::string_view document) {
  message_ = msg_ = {};
  has_timestamp_ = forged_ = false;
  DocumentVerdict verdict;
  verdict.json = CheckJson(document, visitor_);
  verdict.text = document;
  verdict.has_timestamp = has_timestamp_;
  verdict.forged = forged_;
  if (verdict.json == JsonVerdict::kInvalid) return verdict;
  // Both texts are kept until the next Read: the verdict refers to one of them.
  for (const auto& [raw, text] : {std::pair(message_, &message_text_), {msg_, &msg_text_}}) {
    if (verdict.kind == LineKind::kGood || !UnquoteJson(raw, text)) continue;
    verdict.text = *text;
    verdict.kind = ParseLine(run_, *text, &verdict.line);
  }
  return verdict;
}

}  // namespace tailrace
