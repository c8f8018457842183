#include "sinks/bulk_meaning.h"

#include <charconv>
#include <string_view>

#include "agent/base/strings.h"
#include "agent/json/json_dom.h"

namespace tailrace {
namespace {

constexpr size_t kReasonMax = 512;
constexpr size_t kErrorBodyMax = 1 << 20;
// Later than any retry, and far from what a clock overflows at.
constexpr int64_t kRetryAfterMaxSeconds = 3600;

// "type: reason" of {"error":{"type":...,"reason":...},"status":...}; "" when it is none.
std::string ErrorOf(const HttpAnswer& answer) {
  JsonReader reader(kErrorBodyMax);
  const auto root = reader.Parse(answer.body);
  if (!root.ok()) return "";
  const JsonValue error = root->Get("error");
  if (const auto text = error.AsString()) return std::string(text->substr(0, kReasonMax));
  const auto type = error.Get("type").AsString();
  if (!type) return "";
  std::string reason = Concat({*type, ": ", error.Get("reason").AsString().value_or("")});
  if (reason.size() > kReasonMax) reason.resize(kReasonMax);
  return reason;
}

std::string WhatToMend(const HttpAnswer& answer) {
  const int status = answer.status;
  const std::string number = std::to_string(status);
  if (status == 401) return "401: the user or key is refused: check `user`, `password`, `api_key`";
  if (status == 403) return "403: the user or key may not write: give it the right to create";
  if (status == 404) return "404: no _bulk there: check the path in `endpoints`";
  if (status == 415) return "415: no _bulk requests are taken there: check `endpoints`";
  if (status >= 300 && status < 400) {
    return Concat({number, ": a redirect",
                   answer.location.empty() ? "" : " to " + answer.location.substr(0, kReasonMax),
                   ": name its target in `endpoints`"});
  }
  return number + ": not what a _bulk request is answered with: check `endpoints`";
}

std::chrono::seconds RetryAfterOf(const HttpAnswer& answer) {
  int64_t seconds = 0;
  const std::string& text = answer.retry_after;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  // The other form, a date, is as good as nothing: clocks differ.
  if (!whole || seconds < 0) return std::chrono::seconds(0);
  return std::chrono::seconds(std::min(seconds, kRetryAfterMaxSeconds));
}

// 400s of Elasticsearch that every request would get.
bool IsAboutTheServer(std::string_view error) {
  return error.find("type is missing") != std::string_view::npos ||
         error.starts_with("media_type_header_exception");
}

WholeAnswer MeaningOf400(const HttpAnswer& answer, bool maybe_compression) {
  WholeAnswer whole;
  const std::string error = ErrorOf(answer);
  whole.reason = Concat({"400: ", error.empty() ? "the request is not understood" : error});
  whole.from_elasticsearch = !error.empty();
  whole.meaning = maybe_compression ? WholeMeaning::kCompression : WholeMeaning::kUnreadable;
  if (IsAboutTheServer(error)) {
    whole.meaning = WholeMeaning::kToMend;
    whole.reason += ": Elasticsearch 7.0, or OpenSearch 1.0, or newer is needed";
  }
  return whole;
}

}  // namespace

WholeAnswer MeaningOf(const HttpAnswer& answer, bool maybe_compression) {
  WholeAnswer whole;
  const int status = answer.status;
  if (status == 200) return whole;
  if (status == 400) return MeaningOf400(answer, maybe_compression);
  if (status == 413) {
    whole.meaning = WholeMeaning::kTooLarge;
    whole.reason = "413: the document alone is too large for the server";
  } else if (status == 415 && maybe_compression) {
    whole.meaning = WholeMeaning::kCompression;
    whole.reason = "415: the server takes no compressed requests";
  } else if (status == 429 || status == 503) {
    whole.meaning = WholeMeaning::kBusy;
    whole.reason =
        Concat({std::to_string(status), status == 429 ? ": the server has too much to do"
                                                      : ": the server is not available"});
    whole.retry_after = RetryAfterOf(answer);
  } else if (status >= 500) {
    whole.meaning = WholeMeaning::kFailing;
    whole.reason = std::to_string(status) + ": the server, or a proxy before it, fails";
  } else {
    whole.meaning = WholeMeaning::kToMend;
    whole.reason = WhatToMend(answer);
  }
  return whole;
}

}  // namespace tailrace
