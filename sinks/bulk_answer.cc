#include "sinks/bulk_answer.h"

#include "agent/base/strings.h"

namespace tailrace {
namespace {

std::string ReasonOf(JsonValue error) {
  std::string reason(error.Get("type").AsString().value_or("rejected"));
  reason += ": ";
  reason += error.Get("reason").AsString().value_or("no reason given");
  if (reason.size() > BulkAnswerReader::kReasonMax) reason.resize(BulkAnswerReader::kReasonMax);
  return reason;
}

}  // namespace

ItemFate FateOfStatus(int status) {
  if (status == 409 || (status >= 200 && status < 300)) return ItemFate::kDelivered;
  switch (status) {
    case 401:
    case 403:
    case 404:
    case 408:
    case 413:
    case 429:
      return ItemFate::kRetry;
    default:
      return status >= 400 && status < 500 ? ItemFate::kRejected : ItemFate::kRetry;
  }
}

absl::StatusOr<const std::vector<ItemVerdict>*> BulkAnswerReader::Read(std::string_view answer,
                                                                       size_t items) {
  ASSIGN_OR_RETURN(const JsonValue root, reader_.Parse(answer));
  verdicts_.clear();
  verdicts_.reserve(items);
  bool well_formed = true;
  root.Get("items").ForEachElement([&](JsonValue item) {
    // {"create":{"status":201}}: one member, named after the operation.
    item.ForEachMember([&](std::string_view, JsonValue result) {
      const std::optional<int64_t> status = result.Get("status").AsInt();
      if (!status) well_formed = false;
      ItemVerdict& verdict = verdicts_.emplace_back();
      verdict.status = static_cast<int>(status.value_or(0));
      verdict.fate = FateOfStatus(verdict.status);
      if (verdict.fate != ItemFate::kDelivered) verdict.reason = ReasonOf(result.Get("error"));
    });
  });
  if (!well_formed || verdicts_.size() != items) {
    return absl::InvalidArgumentError(
        ToAbsl(Concat({"an answer with ", std::to_string(verdicts_.size()), " results for ",
                       std::to_string(items), " items"})));
  }
  return &verdicts_;
}

}  // namespace tailrace
