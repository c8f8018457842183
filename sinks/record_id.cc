#include "sinks/record_id.h"

#include <cstring>

#include "agent/codec/base64.h"
#include "agent/crypto/keyed_hash.h"

namespace tailrace {
namespace {

constexpr size_t kDayBytes = 2;

}  // namespace

std::array<char, kRecordIdKeyLength> RecordIdKeyText(const FileKey& key) {
  return Base64UrlFixed(key.bytes);
}

void WriteRecordIdPosition(int64_t offset, uint32_t covered_bytes, char* out) noexcept {
  std::array<uint8_t, 9> bytes;
  for (size_t i = 0; i < 6; ++i) bytes[i] = static_cast<uint8_t>(offset >> (40 - 8 * i));
  for (size_t i = 0; i < 3; ++i) bytes[6 + i] = static_cast<uint8_t>(covered_bytes >> (16 - 8 * i));
  const std::array<char, 12> text = Base64UrlFixed(bytes);
  std::memcpy(out, text.data(), text.size());
}

FileKey DerivedFileKey(const FileKey& key, std::string_view name) {
  const std::string_view original(reinterpret_cast<const char*>(key.bytes.data()),
                                  key.bytes.size());
  const auto hash = KeyedHash(original).Hash<sizeof(key.bytes) - kDayBytes>({name});
  FileKey derived = key;  // The day stays.
  std::memcpy(derived.bytes.data() + kDayBytes, hash.data(), hash.size());
  return derived;
}

}  // namespace tailrace
