#include "bench/kafka_outlet.h"

#include <lz4frame.h>
#include <nmmintrin.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/base/status.h"

namespace tailrace {
namespace {

constexpr size_t kIdBytes = 28;
constexpr std::string_view kIdHeader = "event.id";
constexpr size_t kVarintBytesMax = 10;
// Of a record batch: what its length does not count, and what its checksum does not.
constexpr size_t kUncountedBytes = 12;
constexpr size_t kUncheckedBytes = 21;

void AppendInteger(int64_t value, size_t bytes, std::string& out) {
  for (size_t i = bytes; i > 0; --i) out += static_cast<char>(value >> (8 * (i - 1)));
}

void PutInteger(int64_t value, size_t bytes, char* out) {
  for (size_t i = bytes; i > 0; --i) *out++ = static_cast<char>(value >> (8 * (i - 1)));
}

int64_t IntegerAt(std::string_view text, size_t at, size_t bytes) {
  int64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<uint8_t>(text[at + i]);
  return value;
}

void AppendString(std::string_view text, std::string& out) {
  AppendInteger(static_cast<int64_t>(text.size()), 2, out);
  out += text;
}

char* PutVarint(int64_t value, char* out) noexcept {
  auto left = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  for (; left > 127; left >>= 7) *out++ = static_cast<char>(left | 128);
  *out++ = static_cast<char>(left);
  return out;
}

size_t VarintBytes(size_t value) noexcept {
  size_t bytes = 1;
  for (size_t left = value << 1; left > 127; left >>= 7) ++bytes;
  return bytes;
}

// CRC-32C, eight bytes at a time.
__attribute__((target("sse4.2"))) uint32_t Checksum(std::string_view bytes) noexcept {
  uint64_t sum = 0xffffffff;
  size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof(word));
    sum = _mm_crc32_u64(sum, word);
  }
  auto short_sum = static_cast<uint32_t>(sum);
  for (; at < bytes.size(); ++at) {
    short_sum = _mm_crc32_u8(short_sum, static_cast<uint8_t>(bytes[at]));
  }
  return ~short_sum;
}

absl::StatusOr<std::string> Receive(int socket, size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t filled = 0; filled < bytes;) {
    const ssize_t got = ::recv(socket, text.data() + filled, bytes - filled, 0);
    if (got <= 0) return absl::DataLossError("the receiver closed the connection");
    filled += static_cast<size_t>(got);
  }
  return text;
}

}  // namespace

absl::Status KafkaOutlet::Connect() { return ConnectToLoopback(options_.port, socket_); }

void KafkaOutlet::AppendRecord(std::string_view document, uint32_t number) {
  const std::string_view id = document.substr(0, options_.id_header ? kIdBytes : 0);
  const std::string_view value = document.substr(id.size(), document.size() - id.size() - 1);
  const size_t header_bytes = id.empty() ? 0
                                         : VarintBytes(kIdHeader.size()) + kIdHeader.size() +
                                               VarintBytes(kIdBytes) + kIdBytes;
  const size_t length =
      4 + VarintBytes(number) + VarintBytes(value.size()) + value.size() + header_bytes;
  const size_t begin = records_.size();
  records_.resize(begin + length + kVarintBytesMax);
  char* out = PutVarint(static_cast<int64_t>(length), records_.data() + begin);
  *out++ = 0;  // Attributes.
  *out++ = 0;  // Time, from that of the batch.
  out = PutVarint(number, out);
  out = PutVarint(-1, out);  // No key.
  out = PutVarint(static_cast<int64_t>(value.size()), out);
  std::memcpy(out, value.data(), value.size());
  out = PutVarint(id.empty() ? 0 : 1, out + value.size());
  if (!id.empty()) {
    out = PutVarint(static_cast<int64_t>(kIdHeader.size()), out);
    std::memcpy(out, kIdHeader.data(), kIdHeader.size());
    out = PutVarint(static_cast<int64_t>(kIdBytes), out + kIdHeader.size());
    std::memcpy(out, id.data(), kIdBytes);
    out += kIdBytes;
  }
  records_.resize(static_cast<size_t>(out - records_.data()));
}

absl::Status KafkaOutlet::AppendPacked() {
  switch (options_.codec) {
    case KafkaCodec::kNone:
      request_ += records_;
      break;
    case KafkaCodec::kGzip:
      gzip_.AppendTo(records_, request_);
      break;
    case KafkaCodec::kLz4: {
      const size_t begin = request_.size();
      request_.resize(begin + LZ4F_compressFrameBound(records_.size(), nullptr));
      const size_t size = LZ4F_compressFrame(request_.data() + begin, request_.size() - begin,
                                             records_.data(), records_.size(), nullptr);
      if (LZ4F_isError(size) != 0) return absl::InternalError(LZ4F_getErrorName(size));
      request_.resize(begin + size);
      break;
    }
    case KafkaCodec::kZstd:
      zstd_.AppendTo(records_, request_);
      break;
  }
  return absl::OkStatus();
}

absl::Status KafkaOutlet::Send(std::string_view batch, const std::vector<uint32_t>& ends) {
  records_.clear();
  uint32_t begin = 0;
  for (uint32_t number = 0; number < ends.size(); ++number) {
    AppendRecord(batch.substr(begin, ends[number] - begin), number);
    begin = ends[number];
  }
  request_.assign(4, '\0');         // Its length.
  AppendInteger(0, 2, request_);    // Produce
  AppendInteger(7, 2, request_);    // version 7
  AppendInteger(1, 4, request_);    // number 1
  AppendString("limit", request_);  // of this client:
  AppendInteger(-1, 2, request_);   // no transaction,
  AppendInteger(-1, 2, request_);   // acks=all,
  AppendInteger(30'000, 4, request_);
  AppendInteger(1, 4, request_);
  AppendString(options_.topic, request_);
  AppendInteger(1, 4, request_);
  AppendInteger(0, 4, request_);  // Partition 0
  const size_t length_at = request_.size();
  AppendInteger(0, 4, request_);
  const size_t batch_at = request_.size();
  request_.append(8 + 4 + 4, '\0');  // Offset, length, epoch.
  AppendInteger(2, 1, request_);     // Version.
  AppendInteger(0, 4, request_);     // Checksum.
  AppendInteger(static_cast<int64_t>(options_.codec), 2, request_);
  AppendInteger(static_cast<int64_t>(ends.size()) - 1, 4, request_);
  request_.append(8 + 8, '\0');        // First and last time.
  request_.append(8 + 2 + 4, '\xff');  // No producer's id, epoch, sequence: all -1.
  AppendInteger(static_cast<int64_t>(ends.size()), 4, request_);
  RETURN_IF_ERROR(AppendPacked());
  const std::string_view text = request_;
  const auto size = static_cast<int64_t>(text.size());
  PutInteger(size - 4, 4, request_.data());
  PutInteger(size - static_cast<int64_t>(batch_at), 4, request_.data() + length_at);
  PutInteger(size - static_cast<int64_t>(batch_at + kUncountedBytes), 4,
             request_.data() + batch_at + 8);
  PutInteger(Checksum(text.substr(batch_at + kUncheckedBytes)), 4,
             request_.data() + batch_at + kUncheckedBytes - 4);
  wire_bytes_ += text.size();
  RETURN_IF_ERROR(Finish());
  unanswered_ = true;
  return SendAll(socket_.get(), text);
}

// Size | number | topics: name, partitions: 0, error, ...
absl::Status KafkaOutlet::Finish() {
  if (!std::exchange(unanswered_, false)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string head, Receive(socket_.get(), 4));
  const auto size = static_cast<size_t>(IntegerAt(head, 0, 4));
  ASSIGN_OR_RETURN(const std::string answer, Receive(socket_.get(), size));
  const size_t error_at = 4 + 4 + 2 + options_.topic.size() + 4 + 4;
  if (answer.size() < error_at + 2 || IntegerAt(answer, error_at, 2) != 0) {
    return absl::InternalError("the receiver refused a batch");
  }
  return absl::OkStatus();
}

}  // namespace tailrace
