#include "sinks/bulk_answer.h"

#include <optional>

#include "agent/base/strings.h"
#include "agent/json/utf8.h"

namespace tailrace {
namespace {

// What an index or a cluster is like, said with a 400 that a document would get for ever.
constexpr std::string_view kIdsRefused = "Document ID is not supported";
constexpr std::string_view kNotTheDocument[] = {"index_closed_exception",
                                                "maximum normal shards open", "maximum shards open",
                                                kIdsRefused, "pipeline with id ["};

std::string ReasonOf(JsonValue error) {
  std::string reason = Concat({error.Get("type").AsString().value_or("rejected"), ": ",
                               error.Get("reason").AsString().value_or("no reason given")});
  if (reason.size() > BulkAnswerReader::kReasonMax) {
    // Not within a character: the reason goes into JSON.
    reason.resize(MeasureUtf8(reason.substr(0, BulkAnswerReader::kReasonMax)).valid);
  }
  return reason;
}

// The whole answer when every one of `items` was created, as Elasticsearch and OpenSearch write it
// for the filter_path that the sink asks with.
bool SaysAllCreated(std::string_view answer, size_t items) {
  constexpr std::string_view kBegin = R"({"errors":false,"items":[)";
  constexpr std::string_view kItem = R"({"create":{"status":201}},)";
  constexpr std::string_view kEnd = "]}";
  if (items == 0 || answer.size() != kBegin.size() + items * kItem.size() - 1 + kEnd.size()) {
    return false;
  }
  if (!answer.starts_with(kBegin) || !answer.ends_with(kEnd)) return false;
  answer.remove_prefix(kBegin.size());
  for (size_t i = 1; i < items; ++i) {
    if (!answer.starts_with(kItem)) return false;
    answer.remove_prefix(kItem.size());
  }
  return answer.starts_with(kItem.substr(0, kItem.size() - 1));
}

}  // namespace

ItemFate FateOfItem(int status, std::string_view reason) {
  if (status == 409 || (status >= 200 && status < 300)) return ItemFate::kDelivered;
  switch (status) {
    case 401:
    case 403:
    case 404:
    case 408:
    case 429:
      return ItemFate::kRetry;
    case 413:
      return ItemFate::kTooLarge;
    default:
      break;
  }
  if (status < 400 || status >= 500) return ItemFate::kRetry;
  for (const std::string_view mark : kNotTheDocument) {
    if (reason.find(mark) != std::string_view::npos) return ItemFate::kRetry;
  }
  return ItemFate::kRejected;
}

bool RefusesIds(std::string_view reason) {
  return reason.find(kIdsRefused) != std::string_view::npos;
}

absl::StatusOr<BulkAnswerReader::Verdicts> BulkAnswerReader::Read(std::string_view answer,
                                                                  size_t items) {
  if (SaysAllCreated(answer, items)) return Verdicts{true, {}};
  ASSIGN_OR_RETURN(const JsonValue root, reader_.Parse(answer));
  verdicts_.clear();
  bool well_formed = true;
  bool all_delivered = true;
  root.Get("items").ForEachElement([&](JsonValue item) {
    // {"create":{"status":201}}: one member, named after the operation.
    item.ForEachMember([&](std::string_view, JsonValue result) {
      const std::optional<int64_t> status = result.Get("status").AsInt();
      if (!status || *status < 100 || *status > 999) {
        well_formed = false;
        return;
      }
      ItemVerdict& verdict = verdicts_.emplace_back();
      verdict.status = static_cast<int>(*status);
      verdict.fate = FateOfItem(verdict.status, "");
      if (verdict.fate == ItemFate::kDelivered) return;
      all_delivered = false;
      verdict.reason = ReasonOf(result.Get("error"));
      verdict.fate = FateOfItem(verdict.status, verdict.reason);
    });
  });
  if (!well_formed || verdicts_.size() != items) {
    return absl::InvalidArgumentError(
        ToAbsl(Concat({"an answer with ", std::to_string(verdicts_.size()), " results for ",
                       std::to_string(items), " items"})));
  }
  return Verdicts{all_delivered, verdicts_};
}

}  // namespace tailrace
