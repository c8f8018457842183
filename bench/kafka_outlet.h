// KafkaOutlet sends each batch of documents to a broker on 127.0.0.1 as one record batch that it
// has written itself, which is what librdkafka's work for each record is measured against.
//
//   Produce v7 (acks=all) | record batch v2: header, CRC-32C | records, compressed as a whole
//   record: length | 0 | 0 | number | no key | value's length | value | headers
//
// (numbers of a record as zigzag varints, the others big-endian;
// https://kafka.apache.org/documentation/#recordbatch)
//
// Threads    One.
// Bounds     A batch of records, and the same compressed. One request unanswered.
// Failure    Any error of the broker ends the chain.
#pragma once

#include <string>

#include "agent/codec/gzip.h"
#include "agent/codec/zstd.h"
#include "bench/batch_outlet.h"

namespace tailrace {

enum class KafkaCodec : uint8_t { kNone = 0, kGzip = 1, kLz4 = 3, kZstd = 4 };  // As on the wire.

struct KafkaOutletOptions {
  uint16_t port = 0;
  std::string topic;
  KafkaCodec codec = KafkaCodec::kNone;
  bool id_header = false;  // A document has its id before it, which goes into a header.
};

class KafkaOutlet final : public BatchOutlet {
 public:
  explicit KafkaOutlet(KafkaOutletOptions options) : options_(std::move(options)), zstd_(1) {}

  absl::Status Connect() override;
  absl::Status Send(std::string_view batch, const std::vector<uint32_t>& ends) override;
  absl::Status Finish() override;

 private:
  void AppendRecord(std::string_view document, uint32_t number);
  // The records as they are sent, behind the head of a batch in `request_`.
  absl::Status AppendPacked();

  const KafkaOutletOptions options_;
  UniqueFd socket_;
  GzipCompressor gzip_;
  ZstdCompressor zstd_;
  std::string records_;
  std::string request_;
  bool unanswered_ = false;
};

}  // namespace tailrace
