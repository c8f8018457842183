#include "agent/config/elasticsearch_section.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/config/credentials_section.h"
#include "agent/config/destination.h"
#include "agent/config/tls_section.h"
#include "agent/lang/index_name.h"
#include "agent/lang/syntax_error.h"
#include "agent/net/url.h"

namespace tailrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr IntegerRange kInFlightRange = {1, 64};
constexpr DurationRange kTimeoutRange = {milliseconds(100), hours(1)};
constexpr DurationRange kRetryRange = {milliseconds(1), hours(1)};

// http://HOST:PORT[/PREFIX] or https://. The port is mandatory: 80 and 443, which a URL means
// without one, are not what anyone expects of Elasticsearch.
absl::Status CheckEndpoint(std::string_view text) {
  const size_t scheme_bytes = text.starts_with("https://") ? 8 : 7;
  if (scheme_bytes == 7 && !text.starts_with("http://")) {
    return SyntaxError(0, {"expected http://HOST:PORT or https://HOST:PORT"});
  }
  RETURN_IF_ERROR(ParseUrl(text).status());
  const std::string_view rest = text.substr(scheme_bytes);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    return absl::OkStatus();
  }
  return SyntaxError(scheme_bytes, {"the port is missing, such as :9200"});
}

void LoadEndpoints(MapReader& reader, ElasticsearchOptions& options) {
  reader.Require("endpoints");
  for (ConfigText& endpoint : reader.TextList("endpoints")) {
    const absl::Status status = CheckEndpoint(endpoint.text);
    if (!status.ok()) {
      reader.ErrorIn("endpoints", endpoint, status);
      continue;
    }
    while (endpoint.text.ends_with('/')) endpoint.text.pop_back();
    options.endpoints.push_back(std::move(endpoint.text));
  }
}

// What stands in the template literally must be fit for a name as it is: changing it silently would
// send the records elsewhere.
absl::Status CheckLiterals(const StreamTemplate& name) {
  const std::vector<StreamTemplate::Part>& parts = name.parts();
  for (const StreamTemplate::Part& part : parts) {
    if (part.is_label) continue;
    // Only the first part stands where a name begins.
    const std::string prefix = &part == &parts.front() ? "" : "x";
    const std::string clean = SanitizeIndexName(prefix + part.text);
    if (clean == prefix + part.text) continue;
    return SyntaxError(part.offset, {"not a valid name for Elasticsearch; valid is ",
                                     Quoted(std::string_view(clean).substr(prefix.size()))});
  }
  return absl::OkStatus();
}

absl::StatusOr<StreamTemplate> ParseIndexName(std::string_view text,
                                              const std::vector<std::string_view>& labels) {
  ASSIGN_OR_RETURN(StreamTemplate name, ParseDestination(text, labels));
  RETURN_IF_ERROR(CheckLiterals(name));
  return name;
}

void LoadDestination(MapReader& reader, const std::vector<std::string_view>& labels,
                     SinkConfig& sink) {
  const std::optional<ConfigText> data_stream = reader.Text("data_stream", "a name");
  const std::optional<ConfigText> index = reader.Text("index", "a name");
  if (reader.Has("data_stream") && reader.Has("index")) {
    reader.Error(*reader.Take("index"), {"\"data_stream\" and \"index\" exclude each other"});
  } else if (!reader.Has("data_stream") && !reader.Has("index")) {
    reader.context().diagnostics.Error(reader.place(),
                                       {"the sink needs \"data_stream\" or \"index\""});
  }
  sink.elasticsearch.data_stream = data_stream.has_value();
  const std::optional<ConfigText>& text = data_stream.has_value() ? data_stream : index;
  if (!text.has_value()) return;
  absl::StatusOr<StreamTemplate> name = ParseIndexName(text->text, labels);
  if (name.ok()) {
    sink.plan.destination = *std::move(name);
  } else {
    reader.ErrorIn(data_stream.has_value() ? "data_stream" : "index", *text, name.status());
  }
}

void LoadTlsOfEndpoints(MapReader& reader, ElasticsearchOptions& options) {
  const std::optional<TlsOptions> tls = LoadTls(reader);
  if (!tls.has_value()) return;
  options.tls = *tls;
  const bool used = std::ranges::any_of(options.endpoints, [](const std::string& endpoint) {
    return endpoint.starts_with("https://");
  });
  if (!used && !options.endpoints.empty()) {
    reader.Error(*reader.Take("tls"), {"with \"tls\" an endpoint must begin with https://"});
  }
}

void LoadRetry(MapReader& sink, ElasticsearchOptions& options) {
  const YamlNode* node = sink.Take("retry");
  if (node == nullptr) return;
  MapReader reader(sink.context(), *node, node->place(), "\"retry\"");
  options.retry_min = reader.Duration("min", kRetryRange, options.retry_min);
  options.retry_max = reader.Duration("max", kRetryRange, options.retry_max);
  if (options.retry_min > options.retry_max) {
    reader.Error(*node, {"the minimum of \"retry\" is above its maximum"});
  }
  reader.Finish();
}

// Amazon OpenSearch Serverless is known by its name: it has no data streams, and its time series
// collections take no document with an id.
void HintAtServerless(MapReader& reader, const ElasticsearchOptions& options) {
  for (const std::string& endpoint : options.endpoints) {
    const absl::StatusOr<Url> url = ParseUrl(endpoint);
    if (!url.ok() || !std::string_view(url->host).ends_with(".aoss.amazonaws.com")) continue;
    Diagnostics& diagnostics = reader.context().diagnostics;
    if (options.ids) {
      diagnostics.Hint(reader.place(), {"time series collections of Amazon OpenSearch Serverless "
                                        "refuse documents with ids: there set \"id: auto\""});
    }
    if (options.data_stream) {
      diagnostics.Hint(reader.place(), {"Amazon OpenSearch Serverless has no data streams: use "
                                        "\"index\" instead of \"data_stream\""});
    }
    return;
  }
}

}  // namespace

void LoadElasticsearch(MapReader& reader, const std::vector<std::string_view>& labels,
                       SinkConfig& sink) {
  constexpr std::string_view kIds[] = {"positional", "auto"};
  constexpr std::string_view kCompressions[] = {"gzip", "none"};
  ElasticsearchOptions& options = sink.elasticsearch;
  sink.plan.form = DocumentForm::kBulk;
  LoadEndpoints(reader, options);
  LoadDestination(reader, labels, sink);
  sink.plan.auto_id = reader.Choice("id", kIds) == 1;
  options.ids = !sink.plan.auto_id;
  HintAtServerless(reader, options);
  if (sink.plan.auto_id) {
    reader.context().diagnostics.Hint(
        reader.Take("id")->place(),
        {"with \"id: auto\" records that are sent again after a crash stand twice in the index"});
  }
  options.gzip = reader.Choice("compression", kCompressions) == 0;
  options.max_in_flight =
      static_cast<int>(reader.Integer("max_in_flight", kInFlightRange, options.max_in_flight));
  options.timeout = reader.Duration("timeout", kTimeoutRange, options.timeout);
  options.credentials = LoadCredentials(reader);
  LoadRetry(reader, options);
  LoadTlsOfEndpoints(reader, options);
  options.proxy_url = LoadProxyUrl(reader);
}

}  // namespace tailrace
