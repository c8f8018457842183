// ElasticsearchSink delivers payloads to Elasticsearch, OpenSearch and what speaks like them, by
// `_bulk` requests with `create` operations and positional ids, so that sending something again is
// harmless.
//
//   answer                                      what happens
//   200 with a verdict an item                  see bulk_answer.h; refused for now: sent again,
//                                               item by item; rejected: to the dead letters
//   413, or a whole 400                         split, down to the one item that is to blame
//   401, 403, 404, 3xx, other 4xx, or a 200     nothing is rejected: the endpoint counts as down,
//   that is no _bulk answer                     the payload waits and goes again
//   429, 5xx                                    as above
//   none, or a part of one                      sent again, to the next endpoint
//
// Threads    As SinkClient: one lane. It runs an EventLoop of its own inside Poll and Drain.
// Bounds     `max_in_flight` requests and as many fresh payloads; retries are bounded by what the
//            sink's budget let in. A compressed copy of each request under way.
// Failure    As SinkClient. It never gives up on an item that the server has not rejected.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/status.h"
#include "agent/codec/gzip.h"
#include "agent/net/event_loop.h"
#include "agent/net/http_client.h"
#include "sinks/backoff.h"
#include "sinks/bulk_answer.h"
#include "sinks/bulk_job.h"
#include "sinks/elasticsearch_options.h"
#include "sinks/endpoint_set.h"
#include "sinks/sink_client.h"
#include "sinks/sink_counters.h"

namespace tailrace {

class ElasticsearchSink final : public SinkClient {
 public:
  struct Links {
    std::string name;  // For the log.
    SinkCounters* counters = nullptr;
    int wake_fd = -1;
    const Clock* clock = nullptr;
  };
  // kInvalidArgument for options that cannot work.
  static absl::StatusOr<std::unique_ptr<ElasticsearchSink>> Open(ElasticsearchOptions options,
                                                                 Links links, SettleFn settle);

  [[nodiscard]] bool TrySubmit(size_t worker, PayloadPtr& payload) override;
  void Poll(std::chrono::milliseconds budget) override;
  void Drain(MonotonicTime deadline) override;
  bool idle() const override { return waiting_.empty() && in_flight_ == 0; }
  std::string down_reason() const override { return endpoints_.down_reason(); }

 private:
  struct Request {
    BulkJobPtr job;
    size_t endpoint = 0;
    MonotonicTime sent_at{};
    GrowBuffer compressed;
  };

  ElasticsearchSink(ElasticsearchOptions options, Links links, SettleFn settle,
                    std::unique_ptr<EventLoop> loop);

  void SendDue();
  // When the next job may be sent, if nothing is heard before.
  MonotonicTime NextDue() const;
  void Send(BulkJobPtr job, size_t endpoint);
  void OnDone(const std::shared_ptr<Request>& request, const HttpResult& result);
  void OnAllDelivered(BulkJob& job);
  void OnVerdicts(Request& request, std::span<const ItemVerdict> verdicts);
  void OnSplit(BulkJobPtr job, int status);
  void OnFailed(Request& request, std::string reason);
  void RejectAll(BulkJob& job, const std::string& reason);
  void SettleItem(BulkJob& job, const PayloadItem& item, const ItemVerdict& verdict,
                  Settlement& settlement);
  void Count(const Settlement& settlement);
  void Again(BulkJobPtr job);

  const ElasticsearchOptions options_;
  const Links links_;
  SettleFn settle_;
  const std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<FdWatch> wake_;
  EndpointSet endpoints_;
  Backoff item_backoff_;
  GzipCompressor gzip_;
  BulkAnswerReader answers_;

  std::deque<BulkJobPtr> waiting_;
  size_t fresh_ = 0;  // Of these, those that were never sent.
  size_t in_flight_ = 0;
  std::vector<GrowBuffer> spare_buffers_;
  uint64_t delivered_bytes_ = 0;  // Settled, not counted yet.
  bool was_down_ = false;
  LogThrottle down_log_{std::chrono::seconds(30)};
};

}  // namespace tailrace
