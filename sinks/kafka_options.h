// Options of a `kafka` sink. Keys in the config are the field names, but for `topic` and `key`,
// which are rendered once a stream (PlanSink).
//
// Threads    A plain value.
// Failure    Holds secrets; only MakeKafkaConf reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agent/base/secret_text.h"
#include "agent/net/tls_options.h"

namespace tailrace {

struct KafkaSasl {
  std::string mechanism;  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI.
  std::string username;   // The first three need both.
  SecretText password;

  friend bool operator==(const KafkaSasl&, const KafkaSasl&) = default;
};

struct KafkaProperty {
  std::string name;
  SecretText value;  // Of any may be one: sasl.oauthbearer.client.secret.

  friend bool operator==(const KafkaProperty&, const KafkaProperty&) = default;
};

struct KafkaOptions {
  // Which partition a record goes to when we decide: a hash of its file, so that the order of a
  // file is kept. Any other name is a partitioner of librdkafka, which hashes the record's key.
  static constexpr std::string_view kByFile = "file";
  // What a record costs beside its bytes: librdkafka's own record of it and ours.
  static constexpr int64_t kRecordOverheadBytes = 256;

  std::vector<std::string> brokers;  // HOST or HOST:PORT, of whom one is asked for the others.
  std::string partitioner{kByFile};
  std::string compression = "none";  // Or gzip, lz4, zstd.
  int compression_level = -1;        // -1: the codec's own default.
  bool id_header = false;            // The id is a header `event.id`; else in the document.
  std::vector<KafkaProperty> properties;
  std::optional<TlsOptions> tls;
  std::optional<KafkaSasl> sasl;
  // How long to leave a topic alone that is refused, or a producer that cannot be made.
  std::chrono::milliseconds retry_min{500};
  std::chrono::milliseconds retry_max{30000};

  absl::Status Validate() const;

  friend bool operator==(const KafkaOptions&, const KafkaOptions&) = default;
};

}  // namespace tailrace
