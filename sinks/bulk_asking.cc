// What BulkDelivery asks beside sending documents: who the server is, and what it has stored.
#include <utility>

#include "agent/base/strings.h"
#include "sinks/bulk_delivery.h"
#include "sinks/elasticsearch_version.h"

namespace tailrace {
namespace {

// A server, or what stands before it, that does not answer `GET /` is taken as it is.
constexpr int kGreetingsMax = 3;

}  // namespace

void BulkDelivery::Greet(size_t endpoint) {
  Peer& peer = peers_[endpoint];
  if (peer.acquaintance == Acquaintance::kAsking) return;
  BulkRequest request;
  request.endpoint = endpoint;
  request.method = "GET";
  request.target = "/";
  const absl::Status sent = links_.transport->Send(
      request, [this, endpoint](const HttpResult& result) { OnGreeted(endpoint, result); });
  if (sent.ok()) {
    peer.acquaintance = Acquaintance::kAsking;
  } else if (!peer.unfit.empty()) {
    endpoints_.Failed(endpoint, std::string(FromAbsl(sent.message())), links_.clock->Now());
  }
}

void BulkDelivery::OnGreeted(size_t endpoint, const HttpResult& result) {
  Peer& peer = peers_[endpoint];
  const bool was_unfit = !peer.unfit.empty();
  peer.greeted_at = links_.clock->Now();
  if (result.outcome != HttpOutcome::kAnswered) {
    const bool enough = ++peer.greetings_in_vain >= kGreetingsMax;
    peer.acquaintance = enough ? Acquaintance::kMade : Acquaintance::kNone;
    if (was_unfit) {
      endpoints_.Failed(endpoint, std::string(FromAbsl(result.status.message())),
                        links_.clock->Now());
    }
    return;
  }
  peer.acquaintance = Acquaintance::kMade;
  peer.greetings_in_vain = 0;
  peer.unfit.clear();
  // Who may write need not be allowed to ask: then the version stays unknown.
  const auto version = result.answer.status == 200
                           ? ParseServerVersion(result.answer.body)
                           : absl::StatusOr<ServerVersion>(absl::UnavailableError(""));
  if (version.ok()) {
    peer.unfit = version->Unfit();
    const std::string text = version->ToString();
    if (std::exchange(peer.version, text) != text) {
      LogInfo(
          "server",
          {{"sink", links_.name}, {"endpoint", options_.endpoints[endpoint]}, {"version", text}});
      if (options_.data_stream && !version->has_data_streams && peer.unfit.empty()) {
        LogWarn("the server has no data streams: `data_stream` makes plain indices there",
                {{"sink", links_.name}, {"version", text}});
      }
    }
  }
  if (!peer.unfit.empty()) {
    endpoints_.Failed(endpoint, peer.unfit, links_.clock->Now());
    NoteDown(endpoint, peer.unfit);
  } else if (was_unfit) {
    endpoints_.Succeeded(endpoint);
  }
}

void BulkDelivery::AskNext(const SentPtr& sent) {
  BulkJob& job = *sent->job;
  if (job.lookup == nullptr) {
    job.lookup = std::make_unique<BulkLookup>(*job.payload, *job.doubtful_since_wall_nanos);
  }
  std::optional<BulkLookup::Question> question = job.lookup->Ask();
  if (!question) return EndLookup(sent);
  sent->question = std::move(question->body);
  BulkRequest request;
  request.endpoint = sent->endpoint;
  request.method = std::move(question->method);
  request.target = std::move(question->target);
  if (!sent->question.empty()) request.content_type = "application/json";
  request.body = sent->question;
  Send(sent, request, &BulkDelivery::OnLookupAnswer);
}

void BulkDelivery::OnLookupAnswer(const SentPtr& sent, const HttpAnswer& answer) {
  switch (sent->job->lookup->Answer(answer)) {
    case BulkLookup::Progress::kNext:
      return AskNext(sent);
    case BulkLookup::Progress::kForbidden:
      if (lookup_log_.Allow(links_.clock->Now())) {
        LogWarn(
            "may not look up what an unanswered request stored: after a rollover it may stand "
            "twice; give the user or key `read` and `view_index_metadata`",
            {{"sink", links_.name}});
      }
      return EndLookup(sent);
    case BulkLookup::Progress::kAskAgain: {
      const WholeAnswer whole = MeaningOf(answer, false);
      const bool busy =
          whole.meaning == WholeMeaning::kBusy || whole.meaning == WholeMeaning::kFailing;
      if (busy) window_.Refused(sent->at, links_.clock->Now());
      return Failed(sent, whole.reason.empty() ? "200, but no answer to a look-up" : whole.reason,
                    Doubt::kNone, whole.retry_after);
    }
  }
}

void BulkDelivery::EndLookup(const SentPtr& sent) {
  endpoints_.Succeeded(sent->endpoint);
  const std::vector<size_t> found = sent->job->lookup->Found();
  sent->job->lookup.reset();
  sent->job->doubtful_since_wall_nanos.reset();
  BulkOutcome outcome = SettleFound(std::move(sent->job), found);
  if (outcome.settlement.delivered_items > 0) NoteProgress(outcome, {});
  if (outcome.refused != nullptr) SendAgain(std::move(outcome.refused));
  HandOver(std::move(outcome));
}

}  // namespace tailrace
