// ElasticsearchSink delivers payloads to Elasticsearch, OpenSearch and what speaks like them, by
// `_bulk` requests with `create` operations and positional ids, so that sending something again is
// harmless. What it sends when, and what an answer means, is decided by its BulkDelivery; this
// class carries the requests, compressed, over HTTP.
//
// Threads    As SinkClient: one lane. It runs an EventLoop of its own inside Poll and Drain.
// Bounds     `max_in_flight` requests and as many fresh payloads; retries are bounded by what the
//            sink's budget let in. A compressed copy of each request under way; the buffer of an
//            unusually large one is not kept.
// Failure    As SinkClient. It never gives up on an item that the server has not rejected.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/status.h"
#include "agent/codec/gzip.h"
#include "agent/net/event_loop.h"
#include "agent/net/http_client.h"
#include "sinks/bulk_delivery.h"
#include "sinks/bulk_transport.h"
#include "sinks/elasticsearch_options.h"
#include "sinks/grow_buffer.h"
#include "sinks/sink_client.h"
#include "sinks/sink_counters.h"

namespace tailrace {

class ElasticsearchSink final : public SinkClient, private BulkTransport {
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
  void GiveUp(MonotonicTime deadline) override;
  bool idle() const override { return delivery_.idle(); }
  std::string down_reason() const override { return delivery_.down_reason(); }

 private:
  ElasticsearchSink(ElasticsearchOptions options, Links links, SettleFn settle,
                    std::unique_ptr<EventLoop> loop);

  void DeliverUntil(MonotonicTime deadline);
  absl::Status Send(const BulkRequest& request, HttpDoneFn done) override;
  GrowBuffer Compress(std::string_view body);
  void KeepBuffer(GrowBuffer buffer);

  const ElasticsearchOptions options_;
  const Links links_;
  const std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<FdWatch> wake_;
  BulkDelivery delivery_;
  GzipCompressor gzip_;
  std::vector<GrowBuffer> spare_buffers_;
};

}  // namespace tailrace
