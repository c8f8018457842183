#include "agent/net/dialer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// A refusal may have a page with it, which nobody reads.
constexpr size_t kMaxRefusalBytes = 64 << 10;

MonotonicTime Now() { return std::chrono::steady_clock::now(); }

absl::Status TunnelRefused(int status) {
  const std::string_view what_to_mend =
      status == 407   ? ": it wants USER:PASSWORD in proxy_url, or others than those"
      : status == 403 ? ": it must be told to allow this address"
                      : "";
  return absl::UnavailableError(
      absl::StrCat("the proxy answers CONNECT with ", status, ToAbsl(what_to_mend)));
}

}  // namespace

Dialer::Dialer(EventLoop& loop, Resolver& resolver, std::shared_ptr<Wire> wire, Route route)
    : resolver_(resolver),
      wire_(std::move(wire)),
      route_(std::move(route)),
      deadline_(loop),
      tunnel_answer_(kMaxRefusalBytes) {}

Dialer::~Dialer() { Cancel(); }

void Dialer::Start(DoneFn done) {
  done_ = std::move(done);
  StartDeadline("resolve");
  const std::string& host = route_.proxy.has_value() ? route_.proxy->host : route_.url.host;
  const uint16_t port = route_.proxy.has_value() ? route_.proxy->port : route_.url.port;
  lookup_ = resolver_.Start(host, port, [this](LookupResult result) {
    lookup_ = 0;
    OnResolved(std::move(result));
  });
}

void Dialer::Cancel() {
  done_ = nullptr;
  deadline_.Cancel();
  if (lookup_ != 0) resolver_.Cancel(std::exchange(lookup_, 0));
}

std::string Dialer::peer() const {
  return Concat(
      {route_.proxy.has_value() && !address_text_.empty() ? "proxy " : "", address_text_});
}

void Dialer::OnResolved(LookupResult addresses) {
  if (!addresses.ok()) return End(Annotate(addresses.status(), "resolve"));
  if (addresses->empty()) return End(absl::NotFoundError("resolve: no addresses"));
  addresses_ = *std::move(addresses);
  connect_deadline_ = Now() + route_.timeout;
  Connect(0);
}

void Dialer::Connect(size_t index) {
  if (index == addresses_.size()) return End(connect_status_);
  connecting_ = index;
  address_text_ = ToString(addresses_[index]);
  // An address that does not answer leaves its share of the time to those behind it.
  const auto share = (connect_deadline_ - Now()) / static_cast<int>(addresses_.size() - index);
  deadline_.Start(share, [this, index] {
    OnConnected(index, absl::DeadlineExceededError("connect: no answer in time"));
  });
  wire_->Connect(addresses_[index],
                 [this, index](const absl::Status& status) { OnConnected(index, status); });
}

void Dialer::OnConnected(size_t index, const absl::Status& status) {
  // An attempt that was given up may still report.
  if (done_ == nullptr || connecting_ != index || addresses_.empty()) return;
  if (!status.ok()) {
    connect_status_ = status;
    return Connect(index + 1);
  }
  addresses_.clear();
  if (!route_.url.tls) return End(absl::OkStatus());
  if (route_.proxy.has_value()) return AskForTunnel();
  Shake();
}

void Dialer::AskForTunnel() {
  StartDeadline("the proxy's tunnel");
  connect_head_ = ConnectHead(*route_.proxy, route_.url);
  tunnel_answer_.Begin(HttpAnswerReader::Expect::kHeadOnly);
  WriteConnectHead();
}

void Dialer::WriteConnectHead() {
  const std::string_view rest = connect_head_.Reveal().substr(head_written_);
  if (rest.empty()) return ReadTunnelAnswer();
  wire_->Write({&rest, 1}, [this](size_t bytes, const absl::Status& status) {
    if (done_ == nullptr) return;
    if (!status.ok()) return End(Annotate(status, "ask the proxy for a tunnel"));
    head_written_ += bytes;
    WriteConnectHead();
  });
}

void Dialer::ReadTunnelAnswer() {
  wire_->Read([this](const WireRead& read) {
    if (done_ != nullptr) OnTunnelAnswer(read);
  });
}

void Dialer::OnTunnelAnswer(const WireRead& read) {
  if (read.end == WireRead::End::kFailed) {
    return End(Annotate(read.status, "ask the proxy for a tunnel"));
  }
  if (read.end != WireRead::End::kOpen) {
    return End(absl::UnavailableError("the proxy has closed instead of making a tunnel"));
  }
  const HttpAnswerReader::Progress progress = tunnel_answer_.Feed(read.bytes);
  if (progress == HttpAnswerReader::Progress::kNeedMore) return ReadTunnelAnswer();
  if (progress != HttpAnswerReader::Progress::kComplete) {
    return End(absl::DataLossError(absl::StrCat("the proxy's answer to CONNECT is no HTTP: ",
                                                ToAbsl(tunnel_answer_.error()))));
  }
  // The peer speaks only when it was spoken to, so nothing of it can stand behind the answer.
  if (const int status = tunnel_answer_.TakeAnswer().status; status < 200 || status > 299) {
    return End(TunnelRefused(status));
  }
  Shake();
}

void Dialer::Shake() {
  StartDeadline("TLS handshake");
  absl::StatusOr<std::unique_ptr<TlsSession>> session =
      TlsSession::Open(*route_.tls, route_.url.host, Now());
  if (!session.ok()) return End(session.status());
  wire_->Shake(*std::move(session), [this](const absl::Status& status) {
    if (done_ != nullptr) End(status);
  });
}

// `step` is a literal at every call.
void Dialer::StartDeadline(std::string_view step) {
  deadline_.Start(route_.timeout, [this, step] {
    End(absl::DeadlineExceededError(Concat({step, ": took too long"})));
  });
}

void Dialer::End(absl::Status status) {
  deadline_.Cancel();
  DoneFn done = std::exchange(done_, nullptr);
  if (done != nullptr) done(std::move(status));
}

}  // namespace tailrace
