#include "bench/bulk_session.h"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace tailrace {
namespace {

constexpr size_t kHeadBytesMax = size_t{16} << 10;
constexpr size_t kBodyBytesMax = size_t{64} << 20;
constexpr size_t kInflateStepBytes = size_t{1} << 20;
constexpr std::string_view kGreeting = R"({"version":{"number":"8.15.0"}})";

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

}  // namespace

void BulkTotals::Add(const DocumentHash& documents, size_t bytes, size_t wire_bytes) {
  MutexLock lock(mutex_);
  sums_.documents.Add(documents);
  sums_.bytes += bytes;
  sums_.wire_bytes += wire_bytes;
}

std::string BulkTotals::Take() {
  MutexLock lock(mutex_);
  std::string text = "{\"documents\":" + std::to_string(sums_.documents.documents()) +
                     ",\"hash\":\"" + sums_.documents.Hex() +
                     "\",\"bytes\":" + std::to_string(sums_.bytes) +
                     ",\"wire_bytes\":" + std::to_string(sums_.wire_bytes) + "}\n";
  sums_ = Sums();
  return text;
}

BulkSession::BulkSession(UniqueFd socket, BulkTotals& totals)
    : socket_(std::move(socket)), totals_(totals), gunzip_(kBodyBytesMax) {}

void BulkSession::Run() {
  while (ReadHead()) {
    if (head_.starts_with("get /_totals ")) {
      if (!Answer(totals_.Take())) return;
    } else if (head_.starts_with("get ")) {
      if (!Answer(kGreeting)) return;
    } else if (!ReadBody() || !TakeDocuments()) {
      return;
    }
  }
}

bool BulkSession::ReadHead() {
  head_ = std::exchange(early_, {});
  for (;;) {
    const size_t end = head_.find("\r\n\r\n");
    if (end != std::string::npos) {
      early_ = head_.substr(end + 4);
      head_.resize(end + 2);
      break;
    }
    if (head_.size() > kHeadBytesMax) return false;
    char buffer[4096];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof(buffer), 0);
    if (got <= 0) return false;
    head_.append(buffer, static_cast<size_t>(got));
  }
  std::transform(head_.begin(), head_.end(), head_.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return true;
}

std::string_view BulkSession::Header(std::string_view lower_case_name) const {
  const std::string wanted = "\r\n" + std::string(lower_case_name) + ": ";
  const size_t at = head_.find(wanted);
  if (at == std::string::npos) return {};
  const size_t begin = at + wanted.size();
  return std::string_view(head_).substr(begin, head_.find("\r\n", begin) - begin);
}

bool BulkSession::ReadBody() {
  const std::string_view length = Header("content-length");
  size_t bytes = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  if (error != std::errc() || length.empty() || bytes > kBodyBytesMax) return false;
  if (early_.size() > bytes) return false;  // Neither sender pipelines.
  body_ = std::exchange(early_, {});
  size_t filled = body_.size();
  body_.resize(bytes);
  while (filled < bytes) {
    const ssize_t got = ::recv(socket_.get(), body_.data() + filled, bytes - filled, 0);
    if (got <= 0) return false;
    filled += static_cast<size_t>(got);
  }
  return true;
}

bool BulkSession::Inflate() {
  gunzip_.Reset(kBodyBytesMax);
  gunzip_.Feed(body_);
  size_t filled = 0;
  for (;;) {
    if (plain_.size() < filled + kInflateStepBytes) plain_.resize(filled + kInflateStepBytes);
    const GunzipStep step = gunzip_.Next(std::span(plain_.data() + filled, plain_.size() - filled));
    filled += step.bytes;
    if (step.state == GunzipState::kOutputFull) continue;
    plain_.resize(filled);
    return step.state == GunzipState::kNeedInput && gunzip_.Finish().ok();
  }
}

bool BulkSession::TakeDocuments() {
  const bool gzip = Header("content-encoding") == "gzip";
  if (gzip && !Inflate()) return false;
  const std::string& text = gzip ? plain_ : body_;
  DocumentHash documents(2);
  if (!documents.Add(text)) return false;
  totals_.Add(documents, text.size(), body_.size());
  std::string answer = R"({"errors":false,"items":[)";
  for (uint64_t i = 0; i < documents.documents(); ++i) {
    answer += R"({"create":{"status":201}},)";
  }
  if (answer.back() == ',') answer.pop_back();
  answer += "]}";
  return Answer(answer);
}

bool BulkSession::Answer(std::string_view body) {
  answer_ = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
  answer_ += std::to_string(body.size());
  answer_ += "\r\n\r\n";
  answer_ += body;
  return SendAll(socket_.get(), answer_);
}

}  // namespace tailrace
