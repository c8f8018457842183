// Any bytes as the answer to a _bulk request: what is taken has one verdict for each item, is what
// nlohmann/json reads in it, and is the same whether it was compared or parsed.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/base/check.h"
#include "agent/json/utf8.h"
#include "sinks/bulk_answer.h"

namespace tailrace {
namespace {

constexpr size_t kMaxReferenceBytes = 4096;

void CheckVerdicts(const BulkAnswerReader::Verdicts& verdicts, size_t items) {
  if (verdicts.items.empty()) CHECK(verdicts.all_delivered);
  CHECK(verdicts.items.empty() || verdicts.items.size() == items);
  bool all_delivered = true;
  for (const ItemVerdict& verdict : verdicts.items) {
    const bool delivered = verdict.fate == ItemFate::kDelivered;
    all_delivered &= delivered;
    CHECK(verdict.reason.empty() == delivered);
    CHECK(verdict.reason.size() <= BulkAnswerReader::kReasonMax);
    CHECK(IsValidUtf8(verdict.reason));
    CHECK(verdict.status >= 100 && verdict.status <= 999);
  }
  CHECK(all_delivered == verdicts.all_delivered);
}

// An answer that names nothing twice says the same to another reader.
void CheckAgainstReference(std::string_view answer, const BulkAnswerReader::Verdicts& verdicts) {
  if (answer.size() > kMaxReferenceBytes || answer.find('\0') != std::string_view::npos) return;
  bool repeated = false;
  std::vector<std::set<std::string>> names;
  const auto note = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    if (event == nlohmann::json::parse_event_t::object_start) names.emplace_back();
    if (event == nlohmann::json::parse_event_t::object_end) names.pop_back();
    if (event != nlohmann::json::parse_event_t::key) return true;
    repeated |= !names.back().insert(value.get<std::string>()).second;
    return true;
  };
  const auto reference = nlohmann::json::parse(answer, note, false);
  if (repeated || !reference.is_object()) return;
  size_t next = 0;
  for (const auto& item : reference["items"]) {
    if (!item.is_object()) continue;
    for (const auto& result : item) {
      const int status = result["status"].get<int>();
      const bool delivered = status == 409 || (status >= 200 && status < 300);
      CHECK(verdicts.items.empty() || next < verdicts.items.size());
      CHECK(delivered ==
            (verdicts.items.empty() || verdicts.items[next].fate == ItemFate::kDelivered));
      ++next;
    }
  }
}

void CheckAnswer(std::string_view answer) {
  BulkAnswerReader reader;
  for (size_t items = 1; items <= 6; ++items) {
    const auto verdicts = reader.Read(answer, items);
    if (!verdicts.ok()) {
      CHECK(verdicts.status().code() == absl::StatusCode::kInvalidArgument);
      continue;
    }
    CheckVerdicts(*verdicts, items);
    CheckAgainstReference(answer, *verdicts);
    // A space is enough to have it parsed.
    const auto parsed = reader.Read(std::string(answer) + " ", items);
    CHECK(parsed.ok() && parsed->all_delivered == verdicts->all_delivered);
  }
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tailrace::CheckAnswer({reinterpret_cast<const char*>(data), size});
  return 0;
}
