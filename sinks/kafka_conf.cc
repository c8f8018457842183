#include "sinks/kafka_conf.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

struct Reserved {
  std::string_view property;
  std::string_view instead;
};

constexpr std::string_view kEveryReport = "is what the sink releases lines by; it cannot be set";
constexpr std::string_view kUseTls = "has a key of its own: \"tls\"";
constexpr std::string_view kUseSasl = "has a key of its own: \"sasl\"";
constexpr std::string_view kAllReplicas = "is always all: a line is released when all have it";
constexpr std::string_view kNoTimeout = "is always 0: a line is never given up";
constexpr Reserved kReserved[] = {
    {"bootstrap.servers", "has a key of its own: \"brokers\""},
    {"metadata.broker.list", "has a key of its own: \"brokers\""},
    {"compression.codec", "has a key of its own: \"compression\""},
    {"compression.type", "has a key of its own: \"compression\""},
    {"compression.level", "has a key of its own: \"compression_level\""},
    {"partitioner", "has a key of its own: \"partitioner\""},
    {"security.protocol", "follows from the keys \"tls\" and \"sasl\""},
    {"ssl.ca.location", kUseTls},
    {"ssl.certificate.location", kUseTls},
    {"ssl.key.location", kUseTls},
    {"enable.ssl.certificate.verification", kUseTls},
    {"ssl.endpoint.identification.algorithm", kUseTls},
    {"sasl.mechanism", kUseSasl},
    {"sasl.mechanisms", kUseSasl},
    {"sasl.username", kUseSasl},
    {"sasl.password", kUseSasl},
    {"acks", kAllReplicas},
    {"request.required.acks", kAllReplicas},
    {"message.timeout.ms", kNoTimeout},
    {"delivery.timeout.ms", kNoTimeout},
    {"delivery.report.only.error", kEveryReport},
    {"enabled_events", kEveryReport},
    {"transactional.id", "would need transactions, which the sink does not begin"},
    {"log.queue", "is how the log is read; it cannot be set"},
};

std::string JoinedBrokers(const KafkaOptions& options) {
  std::string joined;
  for (const std::string& broker : options.brokers) {
    joined += Concat({joined.empty() ? "" : ",", broker});
  }
  return joined;
}

absl::Status Set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> error;
  const rd_kafka_conf_res_t result =
      rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(), error.size());
  if (result == RD_KAFKA_CONF_OK) return absl::OkStatus();
  return absl::InvalidArgumentError(ToAbsl(Concat({name, ": ", error.data()})));
}

std::string Get(rd_kafka_conf_t* conf, const char* name) {
  std::array<char, 64> value{};
  size_t size = value.size();
  const bool known = rd_kafka_conf_get(conf, name, value.data(), &size) == RD_KAFKA_CONF_OK;
  return known ? value.data() : "";
}

std::string_view Protocol(const KafkaOptions& options) {
  if (options.sasl.has_value()) return options.tls.has_value() ? "sasl_ssl" : "sasl_plaintext";
  return options.tls.has_value() ? "ssl" : "plaintext";
}

using Settings = std::vector<std::pair<std::string, std::string>>;

// What `properties` may replace.
Settings Defaults() {
  return {{"client.id", "tailrace"},
          {"enable.idempotence", "true"},
          // The sink's share of memory_limit is the bound: it lets no more in.
          {"queue.buffering.max.messages", "0"},
          {"queue.buffering.max.kbytes", "2147483647"},
          {"socket.keepalive.enable", "true"},
          {"statistics.interval.ms", "1000"}};
}

// What nothing replaces.
Settings Fixed(const KafkaOptions& options) {
  Settings settings = {{"acks", "all"},
                       {"message.timeout.ms", "0"},
                       {"log.queue", "true"},
                       {"security.protocol", std::string(Protocol(options))},
                       {"compression.codec", options.compression},
                       {"compression.level", std::to_string(options.compression_level)}};
  if (!options.brokers.empty()) settings.emplace_back("bootstrap.servers", JoinedBrokers(options));
  if (options.partitioner == KafkaOptions::kByFile) {
    // Or it would choose by itself for records without a key.
    settings.emplace_back("sticky.partitioning.linger.ms", "0");
  } else {
    settings.emplace_back("partitioner", options.partitioner);
  }
  if (options.tls.has_value()) {
    const TlsOptions& tls = *options.tls;
    const bool verify = !tls.insecure_skip_verify;
    settings.emplace_back("enable.ssl.certificate.verification", verify ? "true" : "false");
    settings.emplace_back("ssl.endpoint.identification.algorithm", verify ? "https" : "none");
    if (!tls.ca_file.empty()) settings.emplace_back("ssl.ca.location", tls.ca_file);
    if (!tls.cert_file.empty()) settings.emplace_back("ssl.certificate.location", tls.cert_file);
    if (!tls.key_file.empty()) settings.emplace_back("ssl.key.location", tls.key_file);
  }
  if (options.sasl.has_value()) {
    settings.emplace_back("sasl.mechanism", options.sasl->mechanism);
    if (!options.sasl->username.empty()) {
      settings.emplace_back("sasl.username", options.sasl->username);
    }
  }
  return settings;
}

absl::Status Tune(rd_kafka_conf_t* conf, const KafkaTuning& tuning) {
  if (tuning.one_record_a_batch) RETURN_IF_ERROR(Set(conf, "batch.num.messages", "1"));
  if (tuning.batch_bytes_max == 0) return absl::OkStatus();
  const std::string configured = Get(conf, "batch.size");
  const int64_t now = std::strtoll(configured.c_str(), nullptr, 10);
  return Set(conf, "batch.size", std::to_string(std::min(now, tuning.batch_bytes_max)));
}

// The names that librdkafka has values for, and aliases that people know, for suggestions.
std::vector<std::string> KnownProperties(rd_kafka_conf_t* conf) {
  size_t count = 0;
  const char** const dump = rd_kafka_conf_dump(conf, &count);
  std::vector<std::string> names = {"linger.ms", "retries", "max.in.flight"};
  for (size_t i = 0; i + 1 < count; i += 2) names.emplace_back(dump[i]);
  rd_kafka_conf_dump_free(dump, count);
  return names;
}

}  // namespace

void KafkaConfDelete::operator()(rd_kafka_conf_s* conf) const noexcept {
  rd_kafka_conf_destroy(conf);
}

absl::Status KafkaOptions::Validate() const {
  if (brokers.empty()) return absl::InvalidArgumentError("brokers: there is none");
  if (retry_min.count() < 1 || retry_max < retry_min) {
    return absl::InvalidArgumentError("retry: min must be over 0 and at most max");
  }
  return tls.has_value() ? tls->Validate() : absl::OkStatus();
}

absl::StatusOr<KafkaCredentials> ReadKafkaCredentials(KafkaOptions& options, MonotonicTime now) {
  KafkaCredentials credentials;
  if (options.sasl.has_value()) {
    ASSIGN_OR_RETURN(credentials.password, options.sasl->password.Read(now));
  }
  for (KafkaProperty& property : options.properties) {
    ASSIGN_OR_RETURN(Secret value, property.value.Read(now));
    credentials.properties.push_back(std::move(value));
  }
  if (!options.tls.has_value()) return credentials;
  const TlsOptions& tls = *options.tls;
  for (const std::string* path : {&tls.ca_file, &tls.cert_file, &tls.key_file}) {
    if (path->empty()) continue;
    ASSIGN_OR_RETURN(const FileStamp stamp, StampOf(*path));
    credentials.tls_files.push_back(stamp);
  }
  return credentials;
}

absl::StatusOr<KafkaConf> MakeKafkaConf(const KafkaOptions& options,
                                        const KafkaCredentials& credentials,
                                        const KafkaTuning& tuning) {
  KafkaConf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : Defaults()) RETURN_IF_ERROR(Set(conf.get(), name, value));
  for (size_t i = 0; i < options.properties.size(); ++i) {
    const std::string& name = options.properties[i].name;
    const std::string value(credentials.properties[i].Reveal());
    RETURN_IF_ERROR(Set(conf.get(), name, value));
  }
  for (const auto& [name, value] : Fixed(options)) RETURN_IF_ERROR(Set(conf.get(), name, value));
  if (!credentials.password.empty()) {
    RETURN_IF_ERROR(Set(conf.get(), "sasl.password", std::string(credentials.password.Reveal())));
  }
  RETURN_IF_ERROR(Tune(conf.get(), tuning));
  return conf;
}

absl::Status CheckKafkaProperty(std::string_view name, const std::string& value) {
  for (const Reserved& reserved : kReserved) {
    if (reserved.property == name) return absl::InvalidArgumentError(ToAbsl(reserved.instead));
  }
  const KafkaConf conf(rd_kafka_conf_new());
  std::array<char, 512> error;
  const rd_kafka_conf_res_t result = rd_kafka_conf_set(conf.get(), std::string(name).c_str(),
                                                       value.c_str(), error.data(), error.size());
  if (result == RD_KAFKA_CONF_OK) return absl::OkStatus();
  if (result == RD_KAFKA_CONF_INVALID) return absl::InvalidArgumentError(error.data());
  const std::vector<std::string> known = KnownProperties(conf.get());
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view nearest = NearestName(name, names.data(), names.size());
  return absl::NotFoundError(
      ToAbsl(Concat({"librdkafka has no such property", nearest.empty() ? "" : "; is it ", nearest,
                     nearest.empty() ? "" : "?"})));
}

absl::Status CheckKafkaOptions(KafkaOptions options, MonotonicTime now) {
  options.brokers.clear();
  ASSIGN_OR_RETURN(const KafkaCredentials credentials, ReadKafkaCredentials(options, now));
  ASSIGN_OR_RETURN(KafkaConf conf, MakeKafkaConf(options, credentials, KafkaTuning()));
  // A token would be asked for at once.
  if (options.sasl.has_value() && options.sasl->mechanism == "OAUTHBEARER") {
    return absl::OkStatus();
  }
  std::array<char, 512> error;
  rd_kafka_t* const made = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), error.data(), error.size());
  if (made == nullptr) return absl::InvalidArgumentError(error.data());
  static_cast<void>(conf.release());  // It belongs to the producer now.
  rd_kafka_destroy(made);
  return absl::OkStatus();
}

}  // namespace tailrace
