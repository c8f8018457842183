// A KafkaAddress says where one record goes. A worker renders it once a stream and puts it before
// each document, as it puts the action line before one of `_bulk`; the lane reads it back.
//
//   topic bytes u16 | key bytes u16, 0xffff: no key | hash u32 | topic | key | id, 28 or 0
//
//   06 00  ff ff  2a 00 00 00  "orders"  ""  "TvEAESIzRFVmd4iZAAAAAAGiAAGi"   (host byte order)
//
// Threads    Any.
// Ownership  The views of a parsed address point into the item that it was parsed from.
// Bounds     A topic of 249 bytes; a key of 32 KiB, cut there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/event/file_key.h"

namespace tailrace {

struct KafkaAddress {
  std::string_view topic;
  std::optional<std::string_view> key;
  uint32_t partition_hash = 0;  // Below 2^31; the same for all records of a file.
  std::string_view id;          // Empty when it stands in the document.
};

// Everything but the id, which may follow.
std::string RenderKafkaAddress(const KafkaAddress& address);
// REQUIRES: `text` is a rendered address, with or without the 28 bytes of an id.
KafkaAddress ParseKafkaAddress(std::string_view text) noexcept;

// The file's hash: 31 bits of its key.
uint32_t KafkaPartitionHash(const FileKey& key) noexcept;

// `name` made a valid topic: every byte but A-Z a-z 0-9 . _ - as "_", at most 249 bytes; what is
// empty, "." or ".." becomes "unnamed". A valid name comes back as it is.
std::string SanitizeTopicName(std::string_view name);

}  // namespace tailrace
