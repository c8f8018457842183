#include "sinks/elasticsearch_sink.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr std::string_view kTarget =
    "/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason";

// The buffer of an unusually large request is not kept.
constexpr size_t kSpareBufferMax = 4 << 20;

// What a whole answer means when it is neither success nor a reason to split.
std::string WhatToMend(int status) {
  const std::string number = std::to_string(status);
  if (status == 401) return "401: the user or key is refused: check `user`, `password`, `api_key`";
  if (status == 403) return "403: the user or key may not write: give it the right to create";
  if (status == 404) return "404: no _bulk there: check the path in `endpoints`";
  if (status == 429) return "429: the server has too much to do";
  if (status >= 300 && status < 400) return number + ": a redirect: name its target in `endpoints`";
  if (status >= 500) return number + ": the server, or a proxy before it, fails";
  return number + ": not what a _bulk request is answered with: check `endpoints`";
}

uint64_t Seed(const void* object, const Clock& clock) {
  return reinterpret_cast<uintptr_t>(object) ^ static_cast<uint64_t>(clock.WallNanos());
}

}  // namespace

absl::Status ElasticsearchOptions::Validate() const {
  if (endpoints.empty()) return absl::InvalidArgumentError("endpoints: there is none");
  if (max_in_flight < 1) return absl::InvalidArgumentError("max_in_flight: must be at least 1");
  if (retry_min.count() < 1 || retry_max < retry_min) {
    return absl::InvalidArgumentError("retry: min must be over 0 and at most max");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ElasticsearchSink>> ElasticsearchSink::Open(
    ElasticsearchOptions options, Links links, SettleFn settle) {
  RETURN_IF_ERROR(options.Validate());
  std::vector<Url> urls;
  for (const std::string& endpoint : options.endpoints) {
    ASSIGN_OR_RETURN(Url url, ParseUrl(endpoint));
    urls.push_back(std::move(url));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<EventLoop> loop, EventLoop::Open());
  std::unique_ptr<ElasticsearchSink> sink(new ElasticsearchSink(
      std::move(options), std::move(links), std::move(settle), std::move(loop)));
  HttpClientOptions http;
  http.max_connections = static_cast<size_t>(sink->options_.max_in_flight);
  http.timeout = sink->options_.timeout;
  ASSIGN_OR_RETURN(sink->http_, HttpClient::Open(*sink->loop_, std::move(urls), http));
  if (sink->links_.wake_fd >= 0) {
    // To be woken is all that is wanted; a count that is left there would wake the loop for ever.
    const auto take_count = [fd = sink->links_.wake_fd] {
      uint64_t count = 0;
      while (read(fd, &count, sizeof(count)) < 0 && errno == EINTR) {
      }
    };
    ASSIGN_OR_RETURN(sink->wake_, FdWatch::Open(*sink->loop_, sink->links_.wake_fd, take_count));
  }
  return sink;
}

ElasticsearchSink::ElasticsearchSink(ElasticsearchOptions options, Links links, SettleFn settle,
                                     std::unique_ptr<EventLoop> loop)
    : options_(std::move(options)),
      links_(std::move(links)),
      settle_(std::move(settle)),
      loop_(std::move(loop)),
      endpoints_(options_.endpoints.size(),
                 Backoff(options_.retry_min, options_.retry_max, Seed(this, *links_.clock))),
      item_backoff_(options_.retry_min, options_.retry_max, ~Seed(this, *links_.clock)) {}

bool ElasticsearchSink::TrySubmit(size_t worker, PayloadPtr& payload) {
  if (fresh_ + in_flight_ >= static_cast<size_t>(options_.max_in_flight)) return false;
  waiting_.push_back(MakeBulkJob(worker, std::move(payload)));
  ++fresh_;
  return true;
}

void ElasticsearchSink::Poll(std::chrono::milliseconds budget) {
  SendDue();
  std::chrono::nanoseconds wait = budget;
  const MonotonicTime due = NextDue();
  if (due != MonotonicTime::max()) {
    wait = std::clamp<std::chrono::nanoseconds>(due - links_.clock->Now(),
                                                std::chrono::nanoseconds(0), wait);
  }
  loop_->RunFor(wait);
  SendDue();
}

void ElasticsearchSink::Drain(MonotonicTime deadline) {
  while (!idle() && links_.clock->Now() < deadline) {
    SendDue();
    const MonotonicTime until = std::min(NextDue(), deadline);
    if (in_flight_ == 0 && until >= deadline) break;
    loop_->RunFor(std::max(until - links_.clock->Now(), MonotonicTime::duration::zero()));
  }
  http_->Shutdown();
  waiting_.clear();
}

MonotonicTime ElasticsearchSink::NextDue() const {
  if (in_flight_ >= static_cast<size_t>(options_.max_in_flight)) return MonotonicTime::max();
  MonotonicTime due = MonotonicTime::max();
  for (const BulkJobPtr& job : waiting_) due = std::min(due, job->not_before);
  return due == MonotonicTime::max() ? due : std::max(due, endpoints_.NextTry());
}

void ElasticsearchSink::SendDue() {
  const MonotonicTime now = links_.clock->Now();
  for (size_t i = 0; i < waiting_.size();) {
    if (in_flight_ >= static_cast<size_t>(options_.max_in_flight)) return;
    if (waiting_[i]->not_before > now) {
      ++i;
      continue;
    }
    const std::optional<size_t> endpoint = endpoints_.Next(now);
    if (!endpoint) return;
    BulkJobPtr job = std::move(waiting_[i]);
    waiting_.erase(waiting_.begin() + static_cast<ptrdiff_t>(i));
    Send(std::move(job), *endpoint);
  }
}

void ElasticsearchSink::Send(BulkJobPtr job, size_t endpoint) {
  if (!job->sent_before) --fresh_;
  job->sent_before = true;
  auto request = std::make_shared<Request>();
  request->job = std::move(job);
  request->endpoint = endpoint;
  request->sent_at = links_.clock->Now();
  HttpRequest http;
  http.endpoint = endpoint;
  http.method = "POST";
  http.target = kTarget;
  http.headers = {{"Content-Type", "application/x-ndjson"},
                  {"Accept", "application/json"},
                  {"User-Agent", options_.user_agent}};
  if (!options_.authorization.empty()) {
    http.headers.emplace_back("Authorization", options_.authorization);
  }
  const std::string_view plain = request->job->payload->bytes.view();
  http.body = {plain};
  if (options_.gzip) {
    if (!spare_buffers_.empty()) {
      request->compressed = std::move(spare_buffers_.back());
      spare_buffers_.pop_back();
    }
    request->compressed.clear();
    const size_t most = GzipCompressor::MaxCompressedBytes(plain.size());
    char* const out = request->compressed.Reserve(most);
    request->compressed.CommitUpTo(out + gzip_.Compress(plain, {out, most}));
    http.headers.emplace_back("Content-Encoding", "gzip");
    http.body = {request->compressed.view()};
  }
  ++in_flight_;
  links_.counters->requests.Add(1);
  links_.counters->wire_bytes.Add(http.body.front().size());
  const absl::Status sent = http_->Send(
      std::move(http), [this, request](const HttpResult& result) { OnDone(request, result); });
  if (sent.ok()) return;
  --in_flight_;
  OnFailed(*request, std::string(FromAbsl(sent.message())));
}

void ElasticsearchSink::OnDone(const std::shared_ptr<Request>& request, const HttpResult& result) {
  --in_flight_;
  const std::chrono::duration<double> seconds = links_.clock->Now() - request->sent_at;
  links_.counters->request_seconds.Observe(seconds.count());
  if (request->compressed.capacity() <= kSpareBufferMax &&
      spare_buffers_.size() < static_cast<size_t>(options_.max_in_flight)) {
    spare_buffers_.push_back(std::move(request->compressed));
  }
  if (result.outcome != HttpOutcome::kAnswered) {
    if (result.stale_connection) return Again(std::move(request->job));
    return OnFailed(*request, std::string(FromAbsl(result.status.message())));
  }
  const int status = result.answer.status;
  if (status == 400 || status == 413) {
    endpoints_.Succeeded(request->endpoint);
    return OnSplit(std::move(request->job), status);
  }
  if (status != 200) return OnFailed(*request, WhatToMend(status));
  const auto verdicts = answers_.Read(result.answer.body, request->job->payload->items.size());
  if (!verdicts.ok()) {
    return OnFailed(*request,
                    Concat({"200, but no _bulk answer (", FromAbsl(verdicts.status().message()),
                            "): check `endpoints`"}));
  }
  endpoints_.Succeeded(request->endpoint);
  if (std::exchange(was_down_, false)) LogInfo("sink is up again", {{"sink", links_.name}});
  if (verdicts->all_delivered) return OnAllDelivered(*request->job);
  OnVerdicts(*request, verdicts->items);
}

void ElasticsearchSink::OnAllDelivered(BulkJob& job) {
  Settlement settlement;
  settlement.sink = job.payload->sink;
  const ItemVerdict delivered{ItemFate::kDelivered, 201, ""};
  for (const PayloadItem& item : job.payload->items) SettleItem(job, item, delivered, settlement);
  Count(settlement);
  settlement.recycled = std::move(job.payload);
  settle_(job.worker, std::move(settlement));
}

void ElasticsearchSink::OnVerdicts(Request& request, std::span<const ItemVerdict> verdicts) {
  BulkJob& job = *request.job;
  Settlement settlement;
  settlement.sink = job.payload->sink;
  std::vector<size_t> again;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].fate == ItemFate::kRetry || verdicts[i].fate == ItemFate::kTooLarge) {
      again.push_back(i);
    } else {
      SettleItem(job, job.payload->items[i], verdicts[i], settlement);
    }
  }
  Count(settlement);
  if (!again.empty()) {
    links_.counters->retries.Add(again.size());
    const bool all = again.size() == verdicts.size();
    BulkJobPtr rest = all ? std::move(request.job) : TakeItems(job, again);
    rest->not_before = links_.clock->Now() + item_backoff_.After(++rest->attempts);
    rest->sent_before = true;
    waiting_.push_back(std::move(rest));
    if (all) return;
  }
  const size_t worker = job.worker;
  settlement.recycled = std::move(job.payload);
  settle_(worker, std::move(settlement));
}

void ElasticsearchSink::SettleItem(BulkJob& job, const PayloadItem& item,
                                   const ItemVerdict& verdict, Settlement& settlement) {
  const std::string_view document = job.payload->bytes.view().substr(
      item.offset + item.body_offset, item.length - item.body_offset);
  if (verdict.fate == ItemFate::kDelivered) {
    ++settlement.delivered_items;
    delivered_bytes_ += document.size();
  } else {
    RejectedItem& rejected = settlement.rejected.emplace_back();
    rejected.document = document.substr(0, document.find_last_not_of('\n') + 1);
    rejected.reason = verdict.reason;
    rejected.ranges = job.ranges->Of(item);
  }
  job.ranges->Settle(item, settlement.released);
}

void ElasticsearchSink::OnSplit(BulkJobPtr job, int status) {
  if (job->payload->items.size() == 1) {
    return RejectAll(*job, status == 413 ? "413: the document alone is too large for the server"
                                         : "400: the server cannot read the document");
  }
  BulkJobPtr half = SplitOff(*job);
  half->sent_before = true;
  waiting_.push_front(std::move(half));
  waiting_.push_front(std::move(job));
}

void ElasticsearchSink::RejectAll(BulkJob& job, const std::string& reason) {
  Settlement settlement;
  settlement.sink = job.payload->sink;
  const ItemVerdict verdict{ItemFate::kRejected, 0, reason};
  for (const PayloadItem& item : job.payload->items) SettleItem(job, item, verdict, settlement);
  Count(settlement);
  settlement.recycled = std::move(job.payload);
  settle_(job.worker, std::move(settlement));
}

void ElasticsearchSink::Count(const Settlement& settlement) {
  links_.counters->delivered.Add(settlement.delivered_items);
  links_.counters->delivered_bytes.Add(std::exchange(delivered_bytes_, 0));
  links_.counters->rejected.Add(settlement.rejected.size());
}

void ElasticsearchSink::OnFailed(Request& request, std::string reason) {
  const MonotonicTime now = links_.clock->Now();
  links_.counters->retries.Add(request.job->payload->items.size());
  endpoints_.Failed(request.endpoint, reason, now);
  if (down_log_.Allow(now)) {
    LogWarn("sink does not take its payloads; they wait",
            {{"sink", links_.name},
             {"endpoint", options_.endpoints[request.endpoint]},
             {"reason", std::move(reason)}});
  }
  was_down_ = true;
  Again(std::move(request.job));
}

void ElasticsearchSink::Again(BulkJobPtr job) { waiting_.push_front(std::move(job)); }

}  // namespace tailrace
