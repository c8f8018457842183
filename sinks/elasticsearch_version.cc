#include "sinks/elasticsearch_version.h"

#include <charconv>

#include "agent/base/strings.h"
#include "agent/json/json_dom.h"

namespace tailrace {
namespace {

constexpr size_t kAnswerMax = 64 * 1024;
constexpr size_t kNumberMax = 64;

// "8.15.0", "9.0.0-beta1", "7.17.23-SNAPSHOT".
bool ParseNumber(std::string_view number, ServerVersion& version) {
  const char* const end = number.data() + number.size();
  const auto major = std::from_chars(number.data(), end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return false;
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  return minor.ec == std::errc() && version.major >= 0 && version.minor >= 0;
}

}  // namespace

std::string ServerVersion::ToString() const {
  switch (product) {
    case ServerProduct::kElasticsearch:
      return Concat({"Elasticsearch ", number});
    case ServerProduct::kElasticsearchServerless:
      return Concat({"Elasticsearch Serverless ", number});
    case ServerProduct::kOpenSearch:
      return Concat({"OpenSearch ", number});
  }
  return number;
}

std::string ServerVersion::Unfit() const {
  if (product != ServerProduct::kElasticsearch || major >= 7) return "";
  return ToString() + " is too old: 7.0 or newer is needed";
}

absl::StatusOr<ServerVersion> ParseServerVersion(std::string_view answer) {
  JsonReader reader(kAnswerMax);
  ASSIGN_OR_RETURN(const JsonValue root, reader.Parse(answer));
  const JsonValue stated = root.Get("version");
  ServerVersion version;
  const std::string_view number = stated.Get("number").AsString().value_or("");
  if (number.size() > kNumberMax || !ParseNumber(number, version)) {
    return absl::InvalidArgumentError("GET /: no version.number in the answer");
  }
  version.number = number;
  const auto flavor = stated.Get("build_flavor").AsString();
  if (stated.Get("distribution").AsString() == "opensearch") {
    version.product = ServerProduct::kOpenSearch;
  } else if (flavor == "serverless") {
    version.product = ServerProduct::kElasticsearchServerless;
  } else {
    const bool before = version.major < 7 || (version.major == 7 && version.minor < 9);
    version.has_data_streams = !before && flavor != "oss";
  }
  return version;
}

}  // namespace tailrace
