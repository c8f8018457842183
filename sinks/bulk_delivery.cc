#include "sinks/bulk_delivery.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

#include "agent/base/strings.h"
#include "sinks/returned_payload.h"

namespace tailrace {
namespace {

constexpr std::string_view kTarget =
    "/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason";

// Items that were refused so often in a row, while nothing else went through, are a trouble to
// name.
constexpr int kStuckAttempts = 3;

MonotonicTime StartAt(const Clock& clock, std::chrono::milliseconds jitter, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto most = std::chrono::duration_cast<std::chrono::microseconds>(jitter).count();
  return clock.Now() +
         std::chrono::microseconds(std::uniform_int_distribution<int64_t>(0, most)(random));
}

}  // namespace

BulkDelivery::BulkDelivery(const ElasticsearchOptions& options, Links links, uint64_t seed,
                           SettleFn settle)
    : options_(options),
      links_(std::move(links)),
      settle_(std::move(settle)),
      endpoints_(options_.endpoints.size(), Backoff(options_.retry_min, options_.retry_max, seed)),
      backoff_(options_.retry_min, options_.retry_max, seed + 1),
      window_(options_.max_in_flight),
      peers_(options_.endpoints.size()),
      start_at_(StartAt(*links_.clock, options_.start_jitter, seed + 2)) {}

bool BulkDelivery::TrySubmit(size_t worker, PayloadPtr& payload) {
  if (fresh_ + in_flight_ >= static_cast<size_t>(options_.max_in_flight)) return false;
  waiting_.push_back(MakeBulkJob(worker, std::move(payload)));
  ++fresh_;
  return true;
}

void BulkDelivery::ReturnAll() {
  for (BulkJobPtr& job : std::exchange(waiting_, {})) {
    const size_t worker = job->worker;
    if (job->ranges == nullptr) {
      settle_(worker, ReturnWhole(std::move(job->payload)));
      continue;
    }
    std::vector<size_t> all(job->payload->items.size());
    std::iota(all.begin(), all.end(), size_t{0});
    settle_(worker, ReturnItems(std::move(job->payload), all, *job->ranges));
  }
}

MonotonicTime BulkDelivery::NextDue() const {
  if (in_flight_ >= static_cast<size_t>(window_.limit())) return MonotonicTime::max();
  MonotonicTime due = MonotonicTime::max();
  for (const BulkJobPtr& job : waiting_) due = std::min(due, job->not_before);
  return due == MonotonicTime::max() ? due : std::max({due, start_at_, endpoints_.NextTry()});
}

void BulkDelivery::SendDue() {
  const MonotonicTime now = links_.clock->Now();
  if (now < start_at_) return;
  for (size_t i = 0; i < waiting_.size();) {
    if (in_flight_ >= static_cast<size_t>(window_.limit())) return;
    if (waiting_[i]->not_before > now) {
      ++i;
      continue;
    }
    const std::optional<size_t> endpoint = endpoints_.Next(now);
    if (!endpoint) return;
    if (!peers_[*endpoint].unfit.empty()) {
      // On trial until the server says that it is another one by now.
      Greet(*endpoint);
      continue;
    }
    BulkJobPtr job = std::move(waiting_[i]);
    waiting_.erase(waiting_.begin() + static_cast<ptrdiff_t>(i));
    SendJob(std::move(job), *endpoint);
  }
}

void BulkDelivery::SendJob(BulkJobPtr job, size_t endpoint) {
  if (!job->sent_before) --fresh_;
  job->sent_before = true;
  auto sent = std::make_shared<Sent>();
  sent->job = std::move(job);
  sent->endpoint = endpoint;
  if (sent->job->doubtful_since_wall_nanos) return AskNext(sent);
  SendDocuments(sent);
  if (peers_[endpoint].acquaintance == Acquaintance::kNone) Greet(endpoint);
}

void BulkDelivery::SendDocuments(const SentPtr& sent) {
  BulkRequest request;
  request.endpoint = sent->endpoint;
  request.target = kTarget;
  request.content_type = "application/x-ndjson";
  request.body = sent->job->payload->bytes.view();
  request.gzip = options_.gzip && !peers_[sent->endpoint].gzip_refused && !sent->job->sent_plain;
  sent->gzip = request.gzip;
  Send(sent, request, &BulkDelivery::OnAnswer);
}

void BulkDelivery::Send(const SentPtr& sent, const BulkRequest& request, AnswerFn on_answer) {
  sent->at = links_.clock->Now();
  ++in_flight_;
  links_.counters->requests.Add(1);
  const absl::Status status =
      links_.transport->Send(request, [this, sent, on_answer](const HttpResult& result) {
        --in_flight_;
        const std::chrono::duration<double> seconds = links_.clock->Now() - sent->at;
        links_.counters->request_seconds.Observe(seconds.count());
        if (result.outcome != HttpOutcome::kAnswered) return OnNoAnswer(sent, result);
        (this->*on_answer)(sent, result.answer);
      });
  if (status.ok()) return;
  --in_flight_;
  HttpResult refused;
  refused.status = status;
  OnNoAnswer(sent, refused);
}

void BulkDelivery::OnAnswer(const SentPtr& sent, const HttpAnswer& answer) {
  const bool maybe_compression = sent->gzip && !peers_[sent->endpoint].gzip_works;
  const WholeAnswer whole = MeaningOf(answer, maybe_compression);
  switch (whole.meaning) {
    case WholeMeaning::kItems:
      return OnItems(sent, answer);
    case WholeMeaning::kTooLarge:
      return OnTooLarge(sent, whole);
    case WholeMeaning::kUnreadable:
      return OnUnreadable(sent, whole);
    case WholeMeaning::kCompression:
      return OnCompression(sent);
    case WholeMeaning::kBusy:
    case WholeMeaning::kFailing:
      window_.Refused(sent->at, links_.clock->Now());
      return Failed(sent, whole.reason, answer.status == 429 ? Doubt::kNone : Doubt::kMayBeStored,
                    whole.retry_after);
    case WholeMeaning::kToMend:
      return Failed(sent, whole.reason, Doubt::kNone);
  }
}

void BulkDelivery::OnItems(const SentPtr& sent, const HttpAnswer& answer) {
  const auto read = answers_.Read(answer.body, sent->job->payload->items.size());
  if (!read.ok()) {
    return Failed(sent,
                  Concat({"200, but no _bulk answer (", FromAbsl(read.status().message()),
                          "): check `endpoints`"}),
                  Doubt::kMayBeStored);
  }
  const MonotonicTime now = links_.clock->Now();
  Peer& peer = peers_[sent->endpoint];
  if (sent->job->sent_plain && options_.gzip && !peer.gzip_works && !peer.gzip_refused) {
    peer.gzip_refused = true;
    LogWarn("the server takes no compressed requests; they go out uncompressed",
            {{"sink", links_.name}, {"endpoint", options_.endpoints[sent->endpoint]}});
  }
  peer.gzip_works |= sent->gzip;
  peer.last_taken = now;
  endpoints_.Succeeded(sent->endpoint);
  const auto refused_for_load = [](const ItemVerdict& verdict) { return verdict.status == 429; };
  if (std::ranges::any_of(read->items, refused_for_load)) {
    window_.Refused(sent->at, now);
  } else {
    window_.Taken(sent->at, now);
  }
  BulkOutcome outcome = read->all_delivered ? SettleDelivered(std::move(sent->job))
                                            : SettleVerdicts(std::move(sent->job), read->items);
  NoteProgress(outcome, read->items);
  if (outcome.refused != nullptr) {
    links_.counters->retries.Add(outcome.refused->payload->items.size());
    SendAgainLater(std::move(outcome.refused), {});
  }
  for (BulkJobPtr& smaller : outcome.smaller) SendAgain(std::move(smaller));
  HandOver(std::move(outcome));
}

void BulkDelivery::OnCompression(const SentPtr& sent) {
  endpoints_.NothingKnown(sent->endpoint);
  sent->job->sent_plain = true;
  SendAgain(std::move(sent->job));
}

void BulkDelivery::OnUnreadable(const SentPtr& sent, const WholeAnswer& whole) {
  Peer& peer = peers_[sent->endpoint];
  BulkJob& job = *sent->job;
  // The same without compression: that is not to blame.
  if (job.sent_plain) peer.gzip_works = true;
  if (peer.acquaintance != Acquaintance::kMade) return Failed(sent, whole.reason, Doubt::kNone);
  const MonotonicTime now = links_.clock->Now();
  const MonotonicTime since = job.unreadable_since.value_or(now);
  job.unreadable_since = since;
  // What stands before the server may refuse everything so. Then no document is to blame.
  const bool takes_others = whole.from_elasticsearch || peer.last_taken > since;
  const bool single = job.payload->items.size() == 1;
  if (single && takes_others) {
    endpoints_.Succeeded(sent->endpoint);
    return HandOver(SettleRejected(std::move(sent->job), whole.reason));
  }
  BulkJobPtr half = single ? nullptr : SplitOff(job);
  if (takes_others) {
    endpoints_.Succeeded(sent->endpoint);
    SendAgain(std::move(half));
    return SendAgain(std::move(sent->job));
  }
  if (half != nullptr) SendAgainLater(std::move(half), {});
  Failed(sent, whole.reason, Doubt::kNone);
}

void BulkDelivery::OnTooLarge(const SentPtr& sent, const WholeAnswer& whole) {
  endpoints_.Succeeded(sent->endpoint);
  if (sent->job->payload->items.size() == 1) {
    return HandOver(SettleRejected(std::move(sent->job), whole.reason));
  }
  SendAgain(SplitOff(*sent->job));
  SendAgain(std::move(sent->job));
}

void BulkDelivery::OnNoAnswer(const SentPtr& sent, const HttpResult& result) {
  const bool may_be_stored = result.outcome == HttpOutcome::kAmbiguous;
  BulkJob& job = *sent->job;
  if (result.stale_connection && !job.resent) {
    job.resent = true;
    if (may_be_stored) NoteDoubt(sent);
    endpoints_.NothingKnown(sent->endpoint);
    return SendAgain(std::move(sent->job));
  }
  const MonotonicTime now = links_.clock->Now();
  Peer& peer = peers_[sent->endpoint];
  constexpr std::chrono::minutes kAcquainted{10};
  if (peer.acquaintance == Acquaintance::kMade && now - peer.greeted_at > kAcquainted) {
    peer.acquaintance = Acquaintance::kNone;  // It may come back as another version.
  }
  if (result.status.code() == absl::StatusCode::kDeadlineExceeded) window_.Refused(sent->at, now);
  const std::string_view reason = FromAbsl(result.status.message());
  if (may_be_stored) return Failed(sent, reason, Doubt::kMayBeStored);
  // The next endpoint may have it at once; this one has its backoff.
  NoteFailure(sent, reason, {});
  SendAgain(std::move(sent->job));
}

void BulkDelivery::Failed(const SentPtr& sent, std::string_view reason, Doubt doubt,
                          std::chrono::nanoseconds at_least) {
  NoteFailure(sent, reason, at_least);
  if (doubt == Doubt::kMayBeStored) NoteDoubt(sent);
  SendAgainLater(std::move(sent->job), at_least);
}

void BulkDelivery::NoteFailure(const SentPtr& sent, std::string_view reason,
                               std::chrono::nanoseconds at_least) {
  sent->job->resent = false;
  links_.counters->retries.Add(sent->job->payload->items.size());
  endpoints_.Failed(sent->endpoint, std::string(reason), links_.clock->Now(), at_least);
  NoteDown(sent->endpoint, reason);
}

void BulkDelivery::NoteDoubt(const SentPtr& sent) {
  BulkJob& job = *sent->job;
  if (!options_.ids || !options_.data_stream || job.doubtful_since_wall_nanos) return;
  const std::chrono::nanoseconds ago = links_.clock->Now() - sent->at;
  job.doubtful_since_wall_nanos = links_.clock->WallNanos() - ago.count();
}

void BulkDelivery::SendAgain(BulkJobPtr job) {
  job->not_before = MonotonicTime{};
  waiting_.push_front(std::move(job));
}

void BulkDelivery::SendAgainLater(BulkJobPtr job, std::chrono::nanoseconds at_least) {
  const std::chrono::nanoseconds wait = backoff_.After(++job->attempts);
  job->not_before = links_.clock->Now() + std::max(wait, at_least);
  waiting_.push_back(std::move(job));
}

void BulkDelivery::HandOver(BulkOutcome outcome) {
  if (!outcome.has_settlement()) return;
  links_.counters->delivered.Add(outcome.settlement.delivered_items);
  links_.counters->delivered_bytes.Add(outcome.delivered_bytes);
  links_.counters->rejected.Add(outcome.settlement.rejected.size());
  settle_(outcome.worker, std::move(outcome.settlement));
}

void BulkDelivery::NoteProgress(const BulkOutcome& outcome, std::span<const ItemVerdict> verdicts) {
  if (outcome.settlement.delivered_items > 0 || !outcome.settlement.rejected.empty()) {
    stuck_reason_.clear();
    return NoteUp();
  }
  if (outcome.refused == nullptr) return;
  const auto refused = std::ranges::find(verdicts, ItemFate::kRetry, &ItemVerdict::fate);
  if (RefusesIds(refused->reason)) {
    stuck_reason_ = Concat({std::to_string(refused->status),
                            ": the server takes no ids of documents: set `id: auto` (what is sent "
                            "again after a crash then stands twice)"});
  } else if (outcome.refused->attempts + 1 >= kStuckAttempts) {
    stuck_reason_ =
        Concat({"every document of a request is refused for now: ", std::to_string(refused->status),
                ": ", refused->reason});
  } else {
    return;
  }
  NoteDown(0, stuck_reason_);
}

void BulkDelivery::NoteUp() {
  if (std::exchange(was_down_, false)) LogInfo("sink is up again", {{"sink", links_.name}});
}

void BulkDelivery::NoteDown(size_t endpoint, std::string_view reason) {
  if (!parting_ && down_log_.Allow(links_.clock->Now())) {
    was_down_ = true;
    LogWarn("sink does not take its payloads; they wait",
            {{"sink", links_.name},
             {"endpoint", options_.endpoints[endpoint]},
             {"reason", std::string(reason)}});
  }
}

std::string BulkDelivery::down_reason() const {
  std::string reason = endpoints_.down_reason();
  return reason.empty() ? stuck_reason_ : reason;
}

}  // namespace tailrace
