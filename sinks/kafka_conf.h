// What a producer of librdkafka is configured with: the options of the sink, what its promises
// need, and what must be read from files each time.
//
// Threads    Any; the state of the secrets' files is the caller's.
// Failure    A Status that names the property, never its value when that may be a secret.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/base/clock.h"
#include "agent/base/secret.h"
#include "agent/base/text_file.h"
#include "sinks/kafka_options.h"

struct rd_kafka_conf_s;

namespace tailrace {

struct KafkaConfDelete {
  void operator()(rd_kafka_conf_s* conf) const noexcept;
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_s, KafkaConfDelete>;

// What a producer reads once, when it is made: when one of these has changed, a new one is due.
struct KafkaCredentials {
  Secret password;
  std::vector<Secret> properties;  // By position in the options.
  std::vector<FileStamp> tls_files;

  friend bool operator==(const KafkaCredentials&, const KafkaCredentials&) = default;
};

// How a producer differs from what the options say, for as long as something is refused.
struct KafkaTuning {
  int64_t batch_bytes_max = 0;  // 0: as configured.
  bool one_record_a_batch = false;
};

absl::StatusOr<KafkaCredentials> ReadKafkaCredentials(KafkaOptions& options, MonotonicTime now);

// kInvalidArgument for what librdkafka does not take.
absl::StatusOr<KafkaConf> MakeKafkaConf(const KafkaOptions& options,
                                        const KafkaCredentials& credentials,
                                        const KafkaTuning& tuning);

// Whether `name` may stand among the `properties` with this value: not what has a key of its own,
// nor what would break a promise of the sink, nor what librdkafka does not know.
absl::Status CheckKafkaProperty(std::string_view name, const std::string& value);

// Whether librdkafka makes a producer of the whole: properties that contradict each other,
// certificates that cannot be used. Connects to nothing.
absl::Status CheckKafkaOptions(KafkaOptions options, MonotonicTime now);

}  // namespace tailrace
