// Options of an `elasticsearch` sink. Keys in the config are the field names.
//
// Threads    A plain value.
// Units      Bytes and std::chrono.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agent/base/secret_text.h"
#include "agent/net/http_credentials.h"
#include "agent/net/tls_options.h"

namespace tailrace {

struct ElasticsearchOptions {
  std::vector<std::string> endpoints;  // "http://host:9200/prefix"; used in turn, failing over.
  // Documents carry ids of ours, so that none is stored twice. Without, the server makes them.
  bool ids = true;
  bool data_stream = false;  // What the documents go to: it may roll over to another index.
  bool gzip = true;       // Of requests, where the server takes it; the answers come uncompressed.
  int max_in_flight = 4;  // Requests under way at once.
  std::chrono::milliseconds timeout{30000};  // Of each step: connect, send, answer.
  std::chrono::milliseconds retry_min{500};
  std::chrono::milliseconds retry_max{30000};
  // The first request goes out at random within this time, so that agents which are started
  // together do not come together.
  std::chrono::milliseconds start_jitter{0};
  HttpCredentials credentials;
  TlsOptions tls;        // For endpoints that begin with https.
  SecretText proxy_url;  // See agent/net/proxy.h; empty: none.
  std::string user_agent = "tailrace";

  absl::Status Validate() const;

  friend bool operator==(const ElasticsearchOptions&, const ElasticsearchOptions&) = default;
};

}  // namespace tailrace
