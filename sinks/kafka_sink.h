// KafkaSink delivers payloads to Kafka through librdkafka, by an idempotent producer that waits
// for all replicas and never gives up on a record by itself.
//
//   report of a record                   what happens
//   delivered                            its range is released
//   too large or invalid, in a batch     the producer is replaced by one that sends a record at a
//                                        time, which finds out which record is to blame; after a
//                                        size error the next producer makes smaller batches
//   too large or invalid, alone          to the dead letters
//   any other                            the topic rests, then the record is sent again
//
// A fatal error of the producer, and a certificate or secret that has changed, replace the producer
// as well; what was not delivered goes to the new one, in its order. What the old one had sent
// without an answer may then stand in Kafka twice, with one event.id.
//
// Threads    As SinkClient: one lane. Reports, logs and statistics of librdkafka are taken inside
//            Poll and Drain.
// Bounds     kJobsMax payloads, within the sink's share of the memory budget, which counts 256
//            bytes a record for librdkafka.
// Ordering   Records of one file go to one partition in their order, as long as the number of
//            partitions stays. A record that was refused with its batch may be overtaken.
// Failure    As SinkClient. It never gives up on a record that no broker has rejected.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/status.h"
#include "sinks/backoff.h"
#include "sinks/kafka_conf.h"
#include "sinks/kafka_counters.h"
#include "sinks/kafka_job.h"
#include "sinks/kafka_options.h"
#include "sinks/kafka_producer.h"
#include "sinks/kafka_statistics.h"
#include "sinks/kafka_topics.h"
#include "sinks/sink_client.h"
#include "sinks/sink_counters.h"

namespace tailrace {

class KafkaSink final : public SinkClient {
 public:
  static constexpr size_t kJobsMax = 16;

  struct Links {
    std::string name;  // For the log.
    SinkCounters* counters = nullptr;
    MetricRegistry* registry = nullptr;
    int wake_fd = -1;
    const Clock* clock = nullptr;
  };
  // kInvalidArgument for options that cannot work. A producer that cannot be made for now, say for
  // want of a certificate, is no error: the sink is down, and tries again.
  static absl::StatusOr<std::unique_ptr<KafkaSink>> Open(KafkaOptions options, Links links,
                                                         SettleFn settle);

  [[nodiscard]] bool TrySubmit(size_t worker, PayloadPtr& payload) override;
  void Poll(std::chrono::milliseconds budget) override;
  void Drain(MonotonicTime deadline) override;
  void GiveUp(MonotonicTime deadline) override;
  bool idle() const override { return jobs_.empty(); }
  std::string down_reason() const override;

 private:
  // Why the producer is to be replaced, the most urgent last.
  enum class Replace : uint8_t { kNo, kRenewed, kRefused, kFatal };

  KafkaSink(KafkaOptions options, Links links, SettleFn settle);

  void DeliverUntil(MonotonicTime deadline);

  // The life of the producer.
  absl::StatusOr<std::unique_ptr<KafkaProducer>> NewProducer(KafkaCredentials& credentials,
                                                             MonotonicTime now);
  void MakeProducer(MonotonicTime now);
  void LookAtCredentials(MonotonicTime now);
  void WantReplaced(Replace why, MonotonicTime now);
  void ReplaceIfDue(MonotonicTime now);
  void RetireProducer();

  // What librdkafka says.
  void TakeEvents();
  void TakeReport(const KafkaReport& report, MonotonicTime now);
  void TakeRefusal(KafkaJob& job, size_t index, int error, MonotonicTime now);
  void TakeError(const KafkaEvent& event, MonotonicTime now);
  void TakeLog(const KafkaEvent& event, MonotonicTime now);
  void PutOff(KafkaJob& job, size_t index, int error, MonotonicTime now);
  void LogDown(const std::string& reason, MonotonicTime now);

  // What it is given. False when it takes no more for now.
  void ProduceWaiting(MonotonicTime now);
  bool ProduceJob(KafkaJob& job, MonotonicTime now);
  bool ProduceRun(KafkaJob& job, std::string_view topic, MonotonicTime now);

  // One round of all that; true when something was settled.
  bool Turn();
  bool Settle();
  MonotonicTime NextDue(MonotonicTime now) const;
  void Wait(std::chrono::nanoseconds budget);
  std::string_view TopicUnderWay() const;
  size_t Sum(size_t (KafkaJob::*count)() const) const;
  // Refused records go out one at a time, and nothing else does.
  bool isolating() const { return tuning_.one_record_a_batch; }

  KafkaOptions options_;
  const Links links_;
  SettleFn settle_;
  KafkaCounters counters_;
  KafkaStatistics statistics_;
  Backoff backoff_;
  KafkaTopics topics_;
  std::vector<std::unique_ptr<KafkaJob>> jobs_;  // In the order in which they came.

  // Destroyed before the jobs, whose bytes it may be sending.
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaProducer> successor_;  // With the new credentials, for Replace::kRenewed.
  KafkaCredentials credentials_;              // Of the producer.
  KafkaTuning tuning_;                        // Of the producer.
  int failures_ = 0;                          // To make a producer, in a row.
  int fatals_ = 0;                            // Since the last record was delivered.
  MonotonicTime next_attempt_{};              // To make one.
  MonotonicTime next_look_{};                 // At the credentials.
  Replace replace_ = Replace::kNo;
  MonotonicTime replace_by_{};   // Then it is replaced, whatever it has on its way.
  bool shrink_batches_ = false;  // Once the refused records are dealt with.

  bool produce_due_ = false;  // Something may be produced that could not be before.
  bool draining_ = false;
  MonotonicTime last_pass_{};  // Of ProduceWaiting.
  MonotonicTime last_report_{};
  std::string broken_;            // Why there is no producer.
  std::string trouble_;           // What librdkafka said last of one of its brokers.
  std::string down_;              // ... of all.
  uint64_t delivered_bytes_ = 0;  // Settled, not counted yet.
  KafkaEvent event_;
  std::vector<KafkaRecord> records_;  // Of one Produce.
  std::vector<size_t> indexes_;       // By position in records_.
  LogThrottle down_log_{std::chrono::seconds(30)};
  LogThrottle library_log_{std::chrono::seconds(10)};
};

}  // namespace tailrace
