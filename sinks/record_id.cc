#include "sinks/record_id.h"

#include <cstring>

#include "agent/crypto/keyed_hash.h"

namespace tailrace {
namespace {

constexpr size_t kDayBytes = 2;

}  // namespace

std::array<char, kRecordIdKeyLength> RecordIdKeyText(const FileKey& key) {
  return Base64UrlFixed(key.bytes);
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
