#include "agent/tail/head_key.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

namespace tailrace {
namespace {

constexpr int64_t kNanosPerDay = int64_t{24} * 3600 * 1'000'000'000;

template <typename Number>
bool ParseDigits(std::string_view digits, Number& value) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size();
}

// Days since the epoch of a text that begins with "2026-01-02".
uint16_t DayOf(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const bool shaped = text.size() >= 10 && text[4] == '-' && text[7] == '-' &&
                      ParseDigits(text.substr(0, 4), year) &&
                      ParseDigits(text.substr(5, 2), month) && ParseDigits(text.substr(8, 2), day);
  if (!shaped) return 0;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return 0;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days > 0 ? static_cast<uint16_t>(std::min<int64_t>(days, UINT16_MAX)) : 0;
}

// The last one, since "log" comes first in what docker writes and may hold the same text.
std::string_view DockerTime(std::string_view head) {
  constexpr std::string_view kTime = "\"time\":\"";
  const size_t at = head.rfind(kTime);
  return at == std::string_view::npos ? std::string_view() : head.substr(at + kTime.size());
}

uint16_t DayOfFile(FileFormat format, const FileIdentity& identity, std::string_view head) {
  switch (format) {
    case FileFormat::kCri:
      return DayOf(head);
    case FileFormat::kDocker:
      return DayOf(DockerTime(head));
    case FileFormat::kRaw:
      break;
  }
  const int64_t days = std::max<int64_t>(identity.birth_nanos, 0) / kNanosPerDay;
  return static_cast<uint16_t>(std::min<int64_t>(days, UINT16_MAX));
}

}  // namespace

std::string_view HeadOf(std::string_view bytes) {
  bytes = bytes.substr(0, kHeadBytesMax);
  const size_t newline = bytes.find('\n');
  return newline == std::string_view::npos ? bytes : bytes.substr(0, newline + 1);
}

bool HeadIsComplete(std::string_view head) {
  return head.size() >= kHeadBytesMax || head.ends_with('\n');
}

HeadKey::HeadKey(std::string_view id_key, std::string cluster, std::string node)
    : hash_(id_key), cluster_(std::move(cluster)), node_(std::move(node)) {}

FileKey HeadKey::Make(FileFormat format, const PodLabels& pod, const FileIdentity& identity,
                      std::string_view head) const {
  std::array<uint8_t, 10> hash;
  if (!pod.empty()) {
    hash = hash_.Hash<10>(
        {cluster_, node_, pod.uid, pod.container, std::to_string(pod.restart_count), head});
  } else {
    hash = hash_.Hash<10>({cluster_, node_, std::to_string(identity.device),
                           std::to_string(identity.inode), std::to_string(identity.birth_nanos),
                           std::to_string(identity.generation), head});
  }
  const uint16_t day = DayOfFile(format, identity, head);
  FileKey key;
  key.bytes[0] = static_cast<uint8_t>(day >> 8);
  key.bytes[1] = static_cast<uint8_t>(day & 0xFF);
  std::copy(hash.begin(), hash.end(), key.bytes.begin() + 2);
  return key;
}

}  // namespace tailrace
