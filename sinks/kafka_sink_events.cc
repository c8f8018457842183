// The part of KafkaSink that takes what librdkafka says: reports, errors, logs, statistics.
#include <librdkafka/rdkafka.h>

#include <utility>

#include "agent/base/check.h"
#include "agent/base/strings.h"
#include "sinks/kafka_errors.h"
#include "sinks/kafka_sink.h"

namespace tailrace {
namespace {

// Levels of syslog.
constexpr int kWarning = 4;
constexpr int kInformation = 6;

}  // namespace

void KafkaSink::TakeEvents() {
  if (producer_ == nullptr) return;
  const MonotonicTime now = links_.clock->Now();
  while (producer_->NextEvent(event_)) {
    switch (event_.kind) {
      case KafkaEvent::Kind::kReports:
        for (const KafkaReport& report : event_.reports) TakeReport(report, now);
        break;
      case KafkaEvent::Kind::kError:
        TakeError(event_, now);
        break;
      case KafkaEvent::Kind::kLog:
        TakeLog(event_, now);
        break;
      case KafkaEvent::Kind::kStatistics:
        if (statistics_.Take(event_.text) > 0) down_.clear();
        break;
    }
  }
}

void KafkaSink::TakeReport(const KafkaReport& report, MonotonicTime now) {
  KafkaSlot& slot = KafkaJob::SlotOf(report);
  KafkaJob& job = *slot.job;
  const size_t index = job.IndexOf(slot);
  CHECK(slot.state == KafkaItemState::kSent);
  last_report_ = now;
  switch (FateOfKafkaError(report.error)) {
    case KafkaFate::kDelivered:
      fatals_ = 0;
      delivered_bytes_ += job.DocumentOf(index).size();
      if (!topics_.empty() && topics_.Succeeded(job.AddressOf(index).topic, now)) {
        produce_due_ = true;
      }
      if (!down_.empty()) {
        down_.clear();
        LogInfo("sink is up again", {{"sink", links_.name}});
      }
      return job.Deliver(index);
    case KafkaFate::kTakenBack:
      links_.counters->retries.Add(1);
      return job.Move(index, KafkaItemState::kWaiting);
    case KafkaFate::kRefused:
      return TakeRefusal(job, index, report.error, now);
    case KafkaFate::kLater:
      links_.counters->retries.Add(1);
      return PutOff(job, index, report.error, now);
  }
}

void KafkaSink::TakeRefusal(KafkaJob& job, size_t index, int error, MonotonicTime now) {
  if (isolating()) return job.Reject(index, DescribeKafkaError(error));
  if (replace_ != Replace::kRefused && down_log_.Allow(now)) {
    LogWarn("a batch was refused; its records go out one at a time, to find which is to blame",
            {{"sink", links_.name}, {"reason", DescribeKafkaError(error)}});
  }
  links_.counters->retries.Add(1);
  job.Move(index, KafkaItemState::kRefused);
  shrink_batches_ = shrink_batches_ || IsKafkaSizeError(error);
  WantReplaced(Replace::kRefused, now);
}

void KafkaSink::PutOff(KafkaJob& job, size_t index, int error, MonotonicTime now) {
  job.Move(index, KafkaItemState::kWaiting);
  const std::string topic(job.AddressOf(index).topic);
  if (!topics_.MayProduce(topic, now)) return;
  const std::string reason = DescribeKafkaError(error);
  topics_.Failed(topic, reason, now);
  LogDown(Concat({"topic ", topic, ": ", reason}), now);
}

void KafkaSink::TakeError(const KafkaEvent& event, MonotonicTime now) {
  if (event.fatal) {
    trouble_ = Concat({"the producer cannot go on: ", event.text});
    if (down_log_.Allow(now)) {
      LogWarn("the producer cannot go on; a new one takes its records",
              {{"sink", links_.name}, {"reason", std::string(event.text)}});
    }
    return WantReplaced(Replace::kFatal, now);
  }
  if (event.error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    down_ = Concat({DescribeKafkaError(event.error), trouble_.empty() ? "" : "; ", trouble_});
    return LogDown(down_, now);
  }
  trouble_ = Concat({DescribeKafkaError(event.error), " (", event.text, ")"});
  if (event.error == RD_KAFKA_RESP_ERR__AUTHENTICATION || event.error == RD_KAFKA_RESP_ERR__SSL) {
    down_ = trouble_;
    LogDown(down_, now);
  }
}

// What `debug` of `properties` asks for goes out whole: it is meant to be read, and only with
// log_level debug.
void KafkaSink::TakeLog(const KafkaEvent& event, MonotonicTime now) {
  const std::string text(event.text);
  if (event.level > kInformation) return LogDebug(text, {{"sink", links_.name}});
  if (!library_log_.Allow(now)) return;
  if (event.level <= kWarning) return LogWarn(text, {{"sink", links_.name}});
  LogInfo(text, {{"sink", links_.name}});
}

void KafkaSink::LogDown(const std::string& reason, MonotonicTime now) {
  if (!down_log_.Allow(now)) return;
  LogWarn("sink does not take its payloads; they wait",
          {{"sink", links_.name}, {"reason", reason}});
}

}  // namespace tailrace
