#include "sinks/elasticsearch_sink.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tailrace {
namespace {

// The buffer of an unusually large request is not kept.
constexpr size_t kSpareBufferMax = 4 << 20;
// Those of a client that was shut down are due at once.
constexpr std::chrono::milliseconds kLastCallbacks{100};

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
  if (start_jitter.count() < 0) {
    return absl::InvalidArgumentError("start_jitter: must not be negative");
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
  // Each endpoint is asked who it is, beside what carries documents.
  http.max_connections = static_cast<size_t>(sink->options_.max_in_flight) + urls.size();
  http.timeout = sink->options_.timeout;
  http.tls = sink->options_.tls;
  http.proxy_url = sink->options_.proxy_url;
  http.credentials = sink->options_.credentials;
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
      loop_(std::move(loop)),
      delivery_(options_, {links_.name, links_.counters, links_.clock, this},
                Seed(this, *links_.clock), std::move(settle)) {}

bool ElasticsearchSink::TrySubmit(size_t worker, PayloadPtr& payload) {
  return delivery_.TrySubmit(worker, payload);
}

void ElasticsearchSink::Poll(std::chrono::milliseconds budget) {
  delivery_.SendDue();
  std::chrono::nanoseconds wait = budget;
  const MonotonicTime due = delivery_.NextDue();
  if (due != MonotonicTime::max()) {
    wait = std::clamp<std::chrono::nanoseconds>(due - links_.clock->Now(),
                                                std::chrono::nanoseconds(0), wait);
  }
  loop_->RunFor(wait);
  delivery_.SendDue();
}

void ElasticsearchSink::Drain(MonotonicTime deadline) {
  DeliverUntil(deadline);
  delivery_.Abandon();
}

void ElasticsearchSink::GiveUp(MonotonicTime deadline) {
  DeliverUntil(deadline);
  delivery_.Part();
  // The last callbacks bring back what was under way.
  while (delivery_.in_flight() > 0 && loop_->RunFor(kLastCallbacks) > 0) {
  }
  delivery_.ReturnAll();
}

void ElasticsearchSink::DeliverUntil(MonotonicTime deadline) {
  while (!idle() && links_.clock->Now() < deadline) {
    delivery_.SendDue();
    const MonotonicTime until = std::min(delivery_.NextDue(), deadline);
    if (delivery_.in_flight() == 0 && until >= deadline) break;
    loop_->RunFor(std::max(until - links_.clock->Now(), MonotonicTime::duration::zero()));
  }
  http_->Shutdown();
}

absl::Status ElasticsearchSink::Send(const BulkRequest& request, HttpDoneFn done) {
  HttpRequest http;
  http.endpoint = request.endpoint;
  http.method = request.method;
  http.target = request.target;
  http.headers = {{"Accept", "application/json"}, {"User-Agent", options_.user_agent}};
  if (!request.content_type.empty()) {
    http.headers.emplace_back("Content-Type", std::string(request.content_type));
  }
  GrowBuffer compressed;
  if (request.gzip) {
    compressed = Compress(request.body);
    http.headers.emplace_back("Content-Encoding", "gzip");
    http.body = {compressed.view()};
  } else if (!request.body.empty()) {
    http.body = {request.body};
  }
  const size_t wire_bytes = http.body.empty() ? 0 : http.body.front().size();
  // The bytes stay where they are when the buffer that owns them moves.
  return http_->Send(std::move(http), [this, wire_bytes, buffer = std::move(compressed),
                                       done = std::move(done)](HttpResult result) mutable {
    if (result.outcome != HttpOutcome::kNotSent) links_.counters->wire_bytes.Add(wire_bytes);
    KeepBuffer(std::move(buffer));
    done(std::move(result));
  });
}

GrowBuffer ElasticsearchSink::Compress(std::string_view body) {
  GrowBuffer compressed;
  if (!spare_buffers_.empty()) {
    compressed = std::move(spare_buffers_.back());
    spare_buffers_.pop_back();
  }
  compressed.clear();
  const size_t most = GzipCompressor::MaxCompressedBytes(body.size());
  char* const out = compressed.Reserve(most);
  compressed.CommitUpTo(out + gzip_.Compress(body, {out, most}));
  return compressed;
}

void ElasticsearchSink::KeepBuffer(GrowBuffer buffer) {
  if (buffer.capacity() == 0 || buffer.capacity() > kSpareBufferMax) return;
  if (spare_buffers_.size() < static_cast<size_t>(options_.max_in_flight)) {
    spare_buffers_.push_back(std::move(buffer));
  }
}

}  // namespace tailrace
