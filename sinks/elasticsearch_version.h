// Which server an endpoint leads to, as its answer to `GET /` says.
// https://www.elastic.co/guide/en/elasticsearch/reference/current/rest-api-root.html
//
//   {"version":{"number":"8.15.0","build_flavor":"default",...},"tagline":"You Know, for Search"}
//   {"version":{"distribution":"opensearch","number":"2.11.0",...},...}
//
// Needed are Elasticsearch 7.0 or OpenSearch 1.0; data streams came with Elasticsearch 7.9, and not
// with its flavor "oss".
//
// Threads    A plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/status.h"

namespace tailrace {

enum class ServerProduct : uint8_t { kElasticsearch, kElasticsearchServerless, kOpenSearch };

struct ServerVersion {
  ServerProduct product = ServerProduct::kElasticsearch;
  int major = 0;
  int minor = 0;
  bool has_data_streams = true;
  std::string number;  // As the server writes it.

  // "Elasticsearch 8.15.0".
  std::string ToString() const;
  // "" when the agent can send to it, else why not and what to do.
  std::string Unfit() const;
};

// kInvalidArgument for what is no such answer.
absl::StatusOr<ServerVersion> ParseServerVersion(std::string_view answer);

}  // namespace tailrace
