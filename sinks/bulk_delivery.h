// BulkDelivery decides what an Elasticsearch sink sends when and where, and what each answer means
// for the documents. ElasticsearchSink gives it time and carries its requests.
//
//   answer                                      what happens
//   200 with a verdict an item                  see bulk_answer.h; refused for now: sent again,
//                                               item by item; rejected: to the dead letters
//   413, or a whole 400                         split, down to the one item that is to blame
//   400 or 415 to the first compressed request  tried without compression
//   401, 403, 404, 3xx, other 4xx, or a 200     nothing is rejected: the endpoint counts as down,
//   that is no _bulk answer                     the payload waits and goes again
//   429, 5xx                                    as above, with fewer requests at once
//   none, or a part of one                      sent again, to the next endpoint; into a data
//                                               stream only what is not stored (bulk_lookup.h)
//
// Threads    Owned by one lane.
// Bounds     At most `max_in_flight` requests that carry documents, fewer when the server asks for
//            it (bulk_window.h), and a `GET /` an endpoint; as many fresh payloads. Retries are
//            bounded by what the sink's budget let in.
// Ordering   Settlements are handed over within the callbacks of the transport, never in TrySubmit.
// Failure    It never gives up on an item that the server has not rejected.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "sinks/backoff.h"
#include "sinks/bulk_answer.h"
#include "sinks/bulk_job.h"
#include "sinks/bulk_meaning.h"
#include "sinks/bulk_settling.h"
#include "sinks/bulk_transport.h"
#include "sinks/bulk_window.h"
#include "sinks/elasticsearch_options.h"
#include "sinks/endpoint_set.h"
#include "sinks/sink_client.h"
#include "sinks/sink_counters.h"

namespace tailrace {

class BulkDelivery {
 public:
  struct Links {
    std::string name;  // For the log.
    SinkCounters* counters = nullptr;
    const Clock* clock = nullptr;
    BulkTransport* transport = nullptr;
  };
  // Everything outlives it but its pending callbacks; the transport is shut down first.
  // REQUIRES: valid options.
  BulkDelivery(const ElasticsearchOptions& options, Links links, uint64_t seed, SettleFn settle);

  [[nodiscard]] bool TrySubmit(size_t worker, PayloadPtr& payload);
  // Sends what may be sent now.
  void SendDue();
  // When SendDue has something to do, if nothing is heard before; max() for never.
  MonotonicTime NextDue() const;
  // Forgets what is not under way.
  void Abandon() { waiting_.clear(); }
  // What fails from here on fails because we part (SinkClient::GiveUp): it is no news.
  void Part() { parting_ = true; }
  // Gives back what is not under way.
  void ReturnAll();

  size_t in_flight() const { return in_flight_; }
  bool idle() const { return waiting_.empty() && in_flight_ == 0; }
  std::string down_reason() const;

 private:
  // A request under way.
  struct Sent {
    BulkJobPtr job;
    size_t endpoint = 0;
    MonotonicTime at{};
    bool gzip = false;
    std::string question;  // The body of a look-up, while it is sent.
  };
  using SentPtr = std::shared_ptr<Sent>;
  enum class Acquaintance : uint8_t { kNone, kAsking, kMade };
  // What is known of an endpoint beside how it fares.
  struct Peer {
    Acquaintance acquaintance = Acquaintance::kNone;
    int greetings_in_vain = 0;
    MonotonicTime greeted_at{};
    std::string unfit;    // Why nothing can be sent there; "" while there is no such reason.
    std::string version;  // As logged last.
    bool gzip_works = false;
    bool gzip_refused = false;
    MonotonicTime last_taken = MonotonicTime::min();  // When it last answered with verdicts.
  };

  // What the server may have done with a request that it did not answer for.
  enum class Doubt : uint8_t { kNone, kMayBeStored };
  using AnswerFn = void (BulkDelivery::*)(const SentPtr&, const HttpAnswer&);

  void SendJob(BulkJobPtr job, size_t endpoint);
  void SendDocuments(const SentPtr& sent);
  void Send(const SentPtr& sent, const BulkRequest& request, AnswerFn on_answer);
  void OnAnswer(const SentPtr& sent, const HttpAnswer& answer);
  void OnItems(const SentPtr& sent, const HttpAnswer& answer);
  void OnCompression(const SentPtr& sent);
  void OnUnreadable(const SentPtr& sent, const WholeAnswer& whole);
  void OnTooLarge(const SentPtr& sent, const WholeAnswer& whole);
  void OnNoAnswer(const SentPtr& sent, const HttpResult& result);

  // In bulk_asking.cc: what is asked beside sending documents.
  void Greet(size_t endpoint);
  void OnGreeted(size_t endpoint, const HttpResult& result);
  void AskNext(const SentPtr& sent);
  void OnLookupAnswer(const SentPtr& sent, const HttpAnswer& answer);
  void EndLookup(const SentPtr& sent);

  void Failed(const SentPtr& sent, std::string_view reason, Doubt doubt,
              std::chrono::nanoseconds at_least = {});
  // The endpoint's part of that.
  void NoteFailure(const SentPtr& sent, std::string_view reason, std::chrono::nanoseconds at_least);
  void NoteDoubt(const SentPtr& sent);
  void SendAgain(BulkJobPtr job);
  void SendAgainLater(BulkJobPtr job, std::chrono::nanoseconds at_least);
  void HandOver(BulkOutcome outcome);
  // Keeps stuck_reason_.
  void NoteProgress(const BulkOutcome& outcome, std::span<const ItemVerdict> verdicts);
  void NoteUp();
  void NoteDown(size_t endpoint, std::string_view reason);

  const ElasticsearchOptions options_;
  const Links links_;
  SettleFn settle_;
  EndpointSet endpoints_;
  Backoff backoff_;
  BulkWindow window_;
  BulkAnswerReader answers_;
  std::vector<Peer> peers_;  // By endpoint.
  MonotonicTime start_at_;

  std::deque<BulkJobPtr> waiting_;
  size_t fresh_ = 0;  // Of these, those that were never sent.
  size_t in_flight_ = 0;
  std::string stuck_reason_;  // Why items are refused time and again; "" while any is settled.
  bool was_down_ = false;
  bool parting_ = false;
  LogThrottle down_log_{std::chrono::seconds(30)};
  LogThrottle lookup_log_{std::chrono::seconds(3600)};
};

}  // namespace tailrace
