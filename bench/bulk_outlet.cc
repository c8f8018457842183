#include "bench/bulk_outlet.h"

#include <sys/socket.h>

#include <charconv>
#include <span>

#include "agent/base/status.h"

namespace tailrace {
namespace {

constexpr size_t kAnswerBytesMax = size_t{1} << 20;

}  // namespace

absl::Status BulkOutlet::Connect() {
  if (options_.port == 0) return absl::OkStatus();
  answer_.resize(kAnswerBytesMax);
  return ConnectToLoopback(options_.port, socket_);
}

absl::Status BulkOutlet::Send(std::string_view batch, const std::vector<uint32_t>&) {
  if (options_.gzip) {
    const size_t room = GzipCompressor::MaxCompressedBytes(batch.size());
    if (compressed_.size() < room) compressed_.resize(room);
    const size_t size = gzip_.Compress(batch, std::span(compressed_.data(), compressed_.size()));
    batch = std::string_view(compressed_).substr(0, size);
  }
  wire_bytes_ += batch.size();
  if (!socket_.valid()) return absl::OkStatus();
  RETURN_IF_ERROR(Finish());
  std::string head = "POST /_bulk HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  head += "Content-Type: application/x-ndjson\r\n";
  if (options_.gzip) head += "Content-Encoding: gzip\r\n";
  head += "Content-Length: " + std::to_string(batch.size()) + "\r\n\r\n";
  RETURN_IF_ERROR(SendAll(socket_.get(), head));
  RETURN_IF_ERROR(SendAll(socket_.get(), batch));
  unanswered_ = true;
  return absl::OkStatus();
}

absl::Status BulkOutlet::Finish() {
  if (!unanswered_) return absl::OkStatus();
  unanswered_ = false;
  return ReadAnswer();
}

absl::Status BulkOutlet::ReadAnswer() {
  constexpr std::string_view kLength = "Content-Length: ";
  size_t filled = 0;
  size_t wanted = answer_.size();
  while (filled < wanted) {
    const ssize_t got = ::recv(socket_.get(), answer_.data() + filled, answer_.size() - filled, 0);
    if (got <= 0) return absl::DataLossError("the receiver closed the connection");
    filled += static_cast<size_t>(got);
    const std::string_view text = std::string_view(answer_).substr(0, filled);
    const size_t head_end = text.find("\r\n\r\n");
    if (wanted != answer_.size() || head_end == std::string_view::npos) continue;
    const size_t length_at = text.find(kLength);
    if (length_at > head_end) return absl::DataLossError("an answer has no length");
    size_t length = 0;
    std::from_chars(text.data() + length_at + kLength.size(), text.data() + head_end, length);
    wanted = head_end + 4 + length;
    if (wanted >= answer_.size()) return absl::ResourceExhaustedError("an answer is too long");
  }
  const std::string_view text = std::string_view(answer_).substr(0, filled);
  if (!text.starts_with("HTTP/1.1 200 ") || text.find("\"errors\":false") == std::string::npos) {
    return absl::InternalError("the receiver refused a batch");
  }
  return absl::OkStatus();
}

}  // namespace tailrace
