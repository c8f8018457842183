// The id of a record: where it stands in which file, so that reading it again after a crash gives
// the same id, and a sink that knows it already can refuse the second copy.
//
//   base64url(file key, 12 bytes | offset, 6 bytes big-endian | covered, 3 bytes big-endian)
//
//   key     4e f1 00 11 22 33 44 55 66 77 88 99   (see agent/event/file_key.h)
//   offset  00 00 00 00 01 a2      418
//   covered 00 01 a2               418
//   id      TvEAESIzRFVmd4iZAAAAAAGiAAGi
//
// A record that covers more of the source than before (a line that was completed after its first
// part had been sent) has another id, so that it is not refused as a repeat.
//
// Threads    Any.
// Bounds     Offsets below 2^48, coverage below 2^24 bytes.
// Cost       A few nanoseconds; no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "agent/codec/base64.h"
#include "agent/event/file_key.h"

namespace tailrace {

inline constexpr size_t kRecordIdLength = 28;
inline constexpr size_t kRecordIdKeyLength = 16;  // The characters that are the file's.

// The first 16 characters, constant for a file.
std::array<char, kRecordIdKeyLength> RecordIdKeyText(const FileKey& key);

// Writes the other 12 characters to `out`: two for each 12 bits.
inline void WriteRecordIdPosition(int64_t offset, uint32_t covered_bytes, char* out) noexcept {
  const auto at = static_cast<uint64_t>(offset);
  const auto pair = [](uint64_t bits) { return kBase64UrlPairs[bits & 4095].data(); };
  std::memcpy(out, pair(at >> 36), 2);
  std::memcpy(out + 2, pair(at >> 24), 2);
  std::memcpy(out + 4, pair(at >> 12), 2);
  std::memcpy(out + 6, pair(at), 2);
  std::memcpy(out + 8, pair(covered_bytes >> 12), 2);
  std::memcpy(out + 10, pair(covered_bytes), 2);
}

// The key under which pipeline `name` sends a file's records when they go through more than one:
// a line that is sent twice on purpose has two ids.
FileKey DerivedFileKey(const FileKey& key, std::string_view name);

}  // namespace tailrace
