#include "sinks/kafka_sink.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/strings.h"
#include "sinks/kafka_errors.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Records that one call hands to librdkafka.
constexpr size_t kRunMax = 4096;
// How long a producer may take to deliver what it has before it is replaced all the same.
constexpr seconds kReplaceWithin{10};
// How long one that is taken back may take to say so; its reports are not needed, only useful.
constexpr seconds kPurgeWithin{5};
constexpr seconds kLookEvery{5};
constexpr milliseconds kQueueFullWait{50};
// With records on their way and no report of any, the sink counts as down.
constexpr seconds kStalled{30};
// Below this a batch is a record.
constexpr int64_t kBatchBytesMin = 1024;
constexpr int64_t kBatchBytesDefault = 1'000'000;

uint64_t Seed(const void* object, const Clock& clock) {
  return reinterpret_cast<uintptr_t>(object) ^ static_cast<uint64_t>(clock.WallNanos());
}

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaSink>> KafkaSink::Open(KafkaOptions options, Links links,
                                                           SettleFn settle) {
  RETURN_IF_ERROR(options.Validate());
  std::unique_ptr<KafkaSink> sink(
      new KafkaSink(std::move(options), std::move(links), std::move(settle)));
  sink->MakeProducer(sink->links_.clock->Now());
  return sink;
}

KafkaSink::KafkaSink(KafkaOptions options, Links links, SettleFn settle)
    : options_(std::move(options)),
      links_(std::move(links)),
      settle_(std::move(settle)),
      counters_(*links_.registry, links_.name),
      statistics_(counters_),
      backoff_(options_.retry_min, options_.retry_max, Seed(this, *links_.clock)),
      topics_(backoff_) {}

bool KafkaSink::TrySubmit(size_t worker, PayloadPtr& payload) {
  if (draining_ || jobs_.size() >= kJobsMax) return false;
  jobs_.push_back(std::make_unique<KafkaJob>(worker, std::move(payload)));
  produce_due_ = true;
  return true;
}

void KafkaSink::Poll(milliseconds budget) {
  if (Turn() || budget.count() == 0) return;
  Wait(budget);
  Turn();
}

void KafkaSink::Drain(MonotonicTime deadline) {
  DeliverUntil(deadline);
  producer_.reset();
  successor_.reset();
  jobs_.clear();
}

void KafkaSink::GiveUp(MonotonicTime deadline) {
  DeliverUntil(deadline);
  RetireProducer();
  successor_.reset();
  Settle();
  for (const auto& job : jobs_) settle_(job->worker(), job->GiveBack());
  jobs_.clear();
}

void KafkaSink::DeliverUntil(MonotonicTime deadline) {
  draining_ = true;
  while (!idle()) {
    Turn();
    const MonotonicTime now = links_.clock->Now();
    if (now >= deadline) break;
    if (Sum(&KafkaJob::sent) == 0 && NextDue(now) >= deadline) break;
    if (!idle()) Wait(deadline - now);
  }
}

bool KafkaSink::Turn() {
  TakeEvents();
  const MonotonicTime now = links_.clock->Now();
  LookAtCredentials(now);
  ReplaceIfDue(now);
  if (producer_ == nullptr) MakeProducer(now);
  ProduceWaiting(now);
  return Settle();
}

std::string KafkaSink::down_reason() const {
  if (!broken_.empty()) return broken_;
  if (!down_.empty()) return down_;
  if (!topics_.empty()) return topics_.Trouble();
  if (links_.clock->Now() - last_report_ <= kStalled) return "";
  const std::string_view topic = TopicUnderWay();
  if (topic.empty()) return "";
  return Concat({"topic ", topic, ": no broker confirms what it is sent",
                 trouble_.empty() ? "" : "; ", trouble_});
}

// Of the oldest record that is sent; empty when none is.
std::string_view KafkaSink::TopicUnderWay() const {
  for (const auto& job : jobs_) {
    if (job->sent() == 0) continue;
    size_t index = 0;
    while (job->state(index) != KafkaItemState::kSent) ++index;
    return job->AddressOf(index).topic;
  }
  return "";
}

size_t KafkaSink::Sum(size_t (KafkaJob::*count)() const) const {
  size_t sum = 0;
  for (const auto& job : jobs_) sum += (*job.*count)();
  return sum;
}

MonotonicTime KafkaSink::NextDue(MonotonicTime now) const {
  MonotonicTime due = next_look_;
  if (producer_ == nullptr) due = std::min(due, next_attempt_);
  if (replace_ != Replace::kNo) due = std::min(due, replace_by_);
  if (produce_due_) due = std::min(due, now + kQueueFullWait);
  return std::min(due, topics_.NextDue(now));
}

void KafkaSink::Wait(std::chrono::nanoseconds budget) {
  const MonotonicTime now = links_.clock->Now();
  const auto wait =
      std::clamp<std::chrono::nanoseconds>(NextDue(now) - now, std::chrono::nanoseconds(0), budget);
  const auto timeout = std::chrono::ceil<milliseconds>(wait).count();
  std::array<pollfd, 2> waited{};
  waited[0] = {links_.wake_fd, POLLIN, 0};  // poll(2) skips a negative descriptor.
  waited[1] = {producer_ == nullptr ? -1 : producer_->ready_fd(), POLLIN, 0};
  poll(waited.data(), waited.size(), static_cast<int>(timeout));
  if (producer_ != nullptr && waited[1].revents != 0) producer_->ClearReady();
}

bool KafkaSink::Settle() {
  bool settled = false;
  for (const auto& job : jobs_) {
    if (!job->has_settlement()) continue;
    Settlement settlement = job->TakeSettlement();
    links_.counters->delivered.Add(settlement.delivered_items);
    links_.counters->rejected.Add(settlement.rejected.size());
    settle_(job->worker(), std::move(settlement));
    settled = true;
  }
  if (!settled) return false;
  links_.counters->delivered_bytes.Add(std::exchange(delivered_bytes_, 0));
  std::erase_if(jobs_, [](const auto& job) { return job->done(); });
  return true;
}

// The life of the producer.

absl::StatusOr<std::unique_ptr<KafkaProducer>> KafkaSink::NewProducer(KafkaCredentials& credentials,
                                                                      MonotonicTime now) {
  ASSIGN_OR_RETURN(credentials, ReadKafkaCredentials(options_, now));
  ASSIGN_OR_RETURN(KafkaConf conf, MakeKafkaConf(options_, credentials, tuning_));
  KafkaProducer::Options made;
  made.by_file = options_.partitioner == KafkaOptions::kByFile;
  made.counters = links_.counters;
  return KafkaProducer::Open(std::move(conf), made);
}

void KafkaSink::MakeProducer(MonotonicTime now) {
  if (now < next_attempt_) return;
  next_look_ = now + kLookEvery;
  auto made = NewProducer(credentials_, now);
  if (!made.ok()) {
    next_attempt_ = now + backoff_.After(++failures_);
    broken_ = FromAbsl(made.status().message());
    return LogDown(broken_, now);
  }
  producer_ = *std::move(made);
  statistics_.StartOver();
  failures_ = 0;
  broken_.clear();
  produce_due_ = true;
}

// librdkafka reads certificates and passwords once, so new ones need a new producer. It is made
// before the old one goes: what cannot be used leaves that one in place.
void KafkaSink::LookAtCredentials(MonotonicTime now) {
  if (now < next_look_ || producer_ == nullptr || replace_ != Replace::kNo) return;
  next_look_ = now + kLookEvery;
  const absl::StatusOr<KafkaCredentials> read = ReadKafkaCredentials(options_, now);
  if (!read.ok() || *read == credentials_) return;
  KafkaCredentials credentials;
  auto made = NewProducer(credentials, now);
  if (!made.ok()) {
    if (down_log_.Allow(now)) {
      LogWarn("new certificates or secrets cannot be used; the old ones stay",
              {{"sink", links_.name}, {"reason", std::string(FromAbsl(made.status().message()))}});
    }
    return;
  }
  successor_ = *std::move(made);
  credentials_ = std::move(credentials);
  WantReplaced(Replace::kRenewed, now);
}

void KafkaSink::WantReplaced(Replace why, MonotonicTime now) {
  if (why <= replace_) return;
  if (replace_ == Replace::kNo) replace_by_ = now + kReplaceWithin;
  // One that reaches nobody, perhaps for want of the new certificate, will deliver nothing more.
  const bool in_vain = why == Replace::kRenewed && !down_.empty();
  if (why == Replace::kFatal || in_vain) replace_by_ = now;
  replace_ = why;
}

void KafkaSink::ReplaceIfDue(MonotonicTime now) {
  const bool nothing_sent = Sum(&KafkaJob::sent) == 0;
  const bool refused = Sum(&KafkaJob::refused) > 0;
  const bool isolated = isolating() && nothing_sent && !refused;
  if (replace_ == Replace::kNo && !isolated) return;
  if (!nothing_sent && now < replace_by_) return;
  Counter* const counters[] = {nullptr, &counters_.replaced_renewed, &counters_.replaced_refused,
                               &counters_.replaced_fatal};
  const Replace why = replace_;
  if (why != Replace::kNo) counters[static_cast<size_t>(why)]->Add(1);
  RetireProducer();
  tuning_.one_record_a_batch = Sum(&KafkaJob::refused) > 0;
  if (!isolating() && std::exchange(shrink_batches_, false)) {
    const int64_t bytes =
        tuning_.batch_bytes_max == 0 ? kBatchBytesDefault : tuning_.batch_bytes_max;
    tuning_.batch_bytes_max = std::max(kBatchBytesMin, bytes / 2);
  }
  replace_ = Replace::kNo;
  if (why == Replace::kRenewed && successor_ != nullptr) {
    producer_ = std::move(successor_);
    statistics_.StartOver();
    produce_due_ = true;
    return;
  }
  successor_.reset();
  next_attempt_ = now;
  if (why == Replace::kFatal && ++fatals_ > 1) {
    // What was fatal at once may stay so, such as a missing right.
    next_attempt_ = now + backoff_.After(fatals_ - 1);
    broken_ = trouble_;
  }
  MakeProducer(now);
}

void KafkaSink::RetireProducer() {
  if (producer_ == nullptr) return;
  producer_->Purge();
  const MonotonicTime deadline = links_.clock->Now() + kPurgeWithin;
  while (Sum(&KafkaJob::sent) > 0 && links_.clock->Now() < deadline) {
    TakeEvents();
    if (Sum(&KafkaJob::sent) == 0) break;
    pollfd ready{producer_->ready_fd(), POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(kQueueFullWait.count())) > 0) producer_->ClearReady();
  }
  producer_.reset();  // From here on librdkafka holds nothing of ours.
  links_.counters->retries.Add(Sum(&KafkaJob::sent));
  for (const auto& job : jobs_) job->TakeBack();
}

// What it is given.

void KafkaSink::ProduceWaiting(MonotonicTime now) {
  if (producer_ == nullptr || replace_ != Replace::kNo) return;
  const bool rested = topics_.NextDue(last_pass_) <= now;
  if (!produce_due_ && !rested) return;
  last_pass_ = now;
  produce_due_ = false;
  if (Sum(&KafkaJob::sent) == 0) last_report_ = now;
  for (const auto& job : jobs_) {
    const size_t wanted = isolating() ? job->refused() : job->waiting();
    if (wanted > 0 && !ProduceJob(*job, now)) return;
  }
}

bool KafkaSink::ProduceJob(KafkaJob& job, MonotonicTime now) {
  const KafkaItemState wanted = isolating() ? KafkaItemState::kRefused : KafkaItemState::kWaiting;
  size_t index = isolating() ? 0 : job.first_waiting();
  while (index < job.size()) {
    if (job.state(index) != wanted) {
      ++index;
      continue;
    }
    records_.clear();
    indexes_.clear();
    const std::string_view topic = job.AddressOf(index).topic;
    for (; index < job.size() && records_.size() < kRunMax; ++index) {
      if (job.state(index) != wanted) break;
      const KafkaAddress address = job.AddressOf(index);
      if (address.topic != topic) break;
      records_.push_back(job.RecordOf(index, address));
      indexes_.push_back(index);
    }
    if (topics_.MayProduce(topic, now)) {
      if (!ProduceRun(job, topic, now)) return false;
    } else if (isolating()) {
      for (size_t resting : indexes_) job.Move(resting, KafkaItemState::kWaiting);
    }
  }
  return true;
}

bool KafkaSink::ProduceRun(KafkaJob& job, std::string_view topic, MonotonicTime now) {
  producer_->Produce(topic, records_);
  const std::vector<int>& results = producer_->results();
  for (size_t i = 0; i < results.size(); ++i) {
    const int error = results[i];
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      job.Move(indexes_[i], KafkaItemState::kSent);
    } else if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      produce_due_ = true;  // With the next reports, or a little later.
      return false;
    } else if (error == RD_KAFKA_RESP_ERR__FATAL) {
      WantReplaced(Replace::kFatal, now);
      return false;
    } else if (FateOfKafkaError(error) == KafkaFate::kRefused) {
      job.Reject(indexes_[i],
                 Concat({DescribeKafkaError(error), " (", std::to_string(records_[i].value.size()),
                         " bytes; message.max.bytes of `properties`)"}));
    } else {
      PutOff(job, indexes_[i], error, now);
    }
  }
  return true;
}

}  // namespace tailrace
