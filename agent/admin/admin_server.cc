#include "agent/admin/admin_server.h"

#include <utility>

#include "agent/base/check.h"
#include "agent/base/log.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

HttpReply ReplyOf(HealthVerdict verdict) {
  HttpReply reply;
  reply.status = verdict.ok ? 200 : 503;
  reply.body = std::move(verdict.text);
  return reply;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AdminServer>> AdminServer::Open(EventLoop& loop,
                                                               AdminOptions options,
                                                               AdminInputs inputs,
                                                               const Clock& clock) {
  if (options.observe_interval.count() <= 0) {
    return absl::InvalidArgumentError("observe_interval: must be over 0");
  }
  std::unique_ptr<AdminServer> server(
      new AdminServer(loop, std::move(options), std::move(inputs), clock));
  RETURN_IF_ERROR(server->OpenTcp());
  server->OpenSocket();
  LogInfo("admin listening",
          {{"address", server->address_},
           {"socket", server->socket_open() ? server->options_.socket_path : std::string()}});
  server->Tick();
  return server;
}

AdminServer::AdminServer(EventLoop& loop, AdminOptions options, AdminInputs inputs,
                         const Clock& clock)
    : loop_(loop),
      options_(std::move(options)),
      inputs_(std::move(inputs)),
      clock_(clock),
      started_at_(clock.Now()),
      page_(inputs_.registry),
      health_(inputs_.health, clock),
      timer_(loop) {
  CHECK(inputs_.status != nullptr);
}

absl::Status AdminServer::OpenTcp() {
  if (options_.listen.empty()) return absl::OkStatus();
  HttpServerOptions http;
  http.listen = options_.listen;
  ASSIGN_OR_RETURN(tcp_, HttpServer::Open(loop_, std::move(http)));
  HandleHealth(*tcp_);
  address_ = options_.listen.substr(0, options_.listen.rfind(':') + 1);
  address_ += std::to_string(tcp_->port());
  return absl::OkStatus();
}

void AdminServer::OpenSocket() {
  if (options_.socket_path.empty() || unix_ != nullptr) return;
  HttpServerOptions http;
  http.socket_path = options_.socket_path;
  absl::StatusOr<std::unique_ptr<HttpServer>> opened = HttpServer::Open(loop_, std::move(http));
  if (!opened.ok()) {
    if (!socket_failed_) {
      LogWarn("no admin socket; trying again",
              {{"error", std::string(FromAbsl(opened.status().message()))}});
    }
    socket_failed_ = true;
    return;
  }
  unix_ = *std::move(opened);
  HandleHealth(*unix_);
  unix_->Handle("/api/v1/status", [this](const HttpCall&) { return Status(); });
  if (socket_failed_) LogInfo("admin socket is there", {{"socket", options_.socket_path}});
}

void AdminServer::HandleHealth(HttpServer& server) {
  server.Handle("/metrics", [this](const HttpCall&) {
    if (inputs_.before_metrics) inputs_.before_metrics();
    return HttpReply{200, std::string(MetricsPage::kContentType), page_.Render()};
  });
  server.Handle("/livez", [this](const HttpCall&) { return ReplyOf(health_.Live()); });
  server.Handle("/readyz", [this](const HttpCall&) { return ReplyOf(health_.Ready()); });
}

HttpReply AdminServer::Status() {
  ServerStatus server;
  server.uptime = clock_.Now() - started_at_;
  server.live = health_.Live().ok;
  server.ready = health_.Ready().ok;
  return {200, "application/json", RenderStatus(inputs_.status(), server)};
}

// The log has to say why an agent is about to be restarted by whoever asks /livez.
void AdminServer::Tick() {
  const HealthVerdict verdict = health_.Live();
  if (live_ && !verdict.ok) LogError("not alive", {{"why", verdict.text}});
  if (!live_ && verdict.ok) LogInfo("alive again");
  live_ = verdict.ok;
  OpenSocket();
  timer_.Start(options_.observe_interval, [this] { Tick(); });
}

}  // namespace tailrace
