#include "sinks/kafka_address.h"

#include <algorithm>
#include <cstring>

namespace tailrace {
namespace {

constexpr size_t kMaxTopicBytes = 249;
constexpr size_t kMaxKeyBytes = 32 << 10;
constexpr uint16_t kNoKey = 0xffff;
constexpr size_t kDayBytes = 2;  // Of a FileKey; the rest is a hash.

struct Head {
  uint16_t topic_bytes;
  uint16_t key_bytes;
  uint32_t partition_hash;
};

bool IsTopicByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::string RenderKafkaAddress(const KafkaAddress& address) {
  const std::string_view key = address.key.value_or("").substr(0, kMaxKeyBytes);
  Head head;
  head.topic_bytes = static_cast<uint16_t>(std::min(address.topic.size(), kMaxTopicBytes));
  head.key_bytes = address.key.has_value() ? static_cast<uint16_t>(key.size()) : kNoKey;
  head.partition_hash = address.partition_hash;
  std::string text(sizeof(head), '\0');
  std::memcpy(text.data(), &head, sizeof(head));
  text += address.topic.substr(0, kMaxTopicBytes);
  text += key;
  return text;
}

KafkaAddress ParseKafkaAddress(std::string_view text) noexcept {
  Head head;
  std::memcpy(&head, text.data(), sizeof(head));
  text.remove_prefix(sizeof(head));
  KafkaAddress address;
  address.partition_hash = head.partition_hash;
  address.topic = text.substr(0, head.topic_bytes);
  text.remove_prefix(head.topic_bytes);
  if (head.key_bytes != kNoKey) {
    address.key = text.substr(0, head.key_bytes);
    text.remove_prefix(head.key_bytes);
  }
  address.id = text;
  return address;
}

uint32_t KafkaPartitionHash(const FileKey& key) noexcept {
  uint32_t hash;
  static_assert(sizeof(key.bytes) >= kDayBytes + sizeof(hash));
  std::memcpy(&hash, key.bytes.data() + kDayBytes, sizeof(hash));
  return hash & 0x7fffffff;
}

std::string SanitizeTopicName(std::string_view name) {
  std::string clean(name.substr(0, kMaxTopicBytes));
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return !IsTopicByte(c); }, '_');
  if (clean.empty() || clean == "." || clean == "..") return "unnamed";
  return clean;
}

}  // namespace tailrace
