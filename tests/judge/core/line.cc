#include "tests/judge/core/line.h"

#include <zlib.h>

#include <charconv>

namespace tailrace {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendHex(uint64_t value, int digits, std::string* out) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out->push_back(kHex[(value >> shift) & 15]);
  }
}

void AppendDecimal(uint64_t value, std::string* out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out->append(digits, end);
}

uint32_t Crc(std::string_view head, std::string_view payload) {
  uLong crc = crc32(0, reinterpret_cast<const Bytef*>(head.data()), static_cast<uInt>(head.size()));
  return static_cast<uint32_t>(crc32(crc, reinterpret_cast<const Bytef*>(payload.data()),
                                     static_cast<uInt>(payload.size())));
}

template <typename T>
bool ParseNumber(std::string_view text, int base, T* value) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), *value, base);
  return result.ec == std::errc() && result.ptr == text.data() + text.size() && !text.empty();
}

// Takes the text up to the next '|'; false when there is none.
bool TakePart(std::string_view* rest, std::string_view* part) {
  const size_t bar = rest->find('|');
  if (bar == std::string_view::npos) return false;
  *part = rest->substr(0, bar);
  rest->remove_prefix(bar + 1);
  return true;
}

struct Head {
  std::string_view run;
  LineRef line;
  uint64_t payload_bytes = 0;
  uint32_t crc = 0;
  std::string_view crc_covers;
  std::string_view rest;
};

enum class HeadKind { kWhole, kCut, kBad };

HeadKind ParseHead(std::string_view text, Head* head) {
  std::string_view rest = text, file, seq, len, crc;
  if (!TakePart(&rest, &head->run) || !TakePart(&rest, &file)) return HeadKind::kCut;
  if (!ParseFileName(file, &head->line.file)) return HeadKind::kBad;
  if (!TakePart(&rest, &seq)) return HeadKind::kCut;
  if (!ParseNumber(seq, 10, &head->line.seq) || head->line.seq >= kMaxLineSeq)
    return HeadKind::kBad;
  if (!TakePart(&rest, &len)) return HeadKind::kCut;
  if (!ParseNumber(len, 10, &head->payload_bytes)) return HeadKind::kBad;
  head->crc_covers = text.substr(0, static_cast<size_t>(rest.data() - text.data()));
  if (!TakePart(&rest, &crc)) return HeadKind::kCut;
  if (crc.size() != 8 || !ParseNumber(crc, 16, &head->crc)) return HeadKind::kBad;
  head->rest = rest;
  return HeadKind::kWhole;
}

}  // namespace

void AppendLine(std::string_view run, uint64_t file, uint64_t seq, std::string_view payload,
                std::string* out) {
  const size_t begin = out->size();
  out->append(run);
  out->push_back('|');
  AppendHex(file, 16, out);
  out->push_back('|');
  AppendDecimal(seq, out);
  out->push_back('|');
  AppendDecimal(payload.size(), out);
  out->push_back('|');
  const uint32_t crc = Crc(std::string_view(*out).substr(begin), payload);
  AppendHex(crc, 8, out);
  out->push_back('|');
  out->append(payload);
}

LineKind ParseLine(std::string_view run, std::string_view text, LineRef* line) {
  if (text.starts_with(kFillerPrefix)) return LineKind::kFiller;
  if (text.starts_with(kBrokenJsonPrefix)) text.remove_prefix(kBrokenJsonPrefix.size());
  Head head;
  const HeadKind kind = ParseHead(text, &head);
  const bool ours = text.starts_with(run) && (text.size() == run.size() || text[run.size()] == '|');
  if (kind == HeadKind::kCut) return ours ? LineKind::kFragment : LineKind::kCorrupt;
  if (kind == HeadKind::kBad) return LineKind::kCorrupt;
  if (head.rest.size() < head.payload_bytes) {
    return ours ? LineKind::kFragment : LineKind::kCorrupt;
  }
  if (head.rest.size() > head.payload_bytes) return LineKind::kCorrupt;
  if (Crc(head.crc_covers, head.rest) != head.crc) return LineKind::kCorrupt;
  *line = head.line;
  line->payload = head.rest;
  return ours ? LineKind::kGood : LineKind::kForeignRun;
}

size_t FindLineHead(std::string_view run, std::string_view text, size_t from, LineRef* line) {
  const std::string needle = std::string(run) + "|";
  for (size_t at = text.find(needle, from); at != std::string_view::npos;
       at = text.find(needle, at + 1)) {
    Head head;
    if (ParseHead(text.substr(at), &head) != HeadKind::kWhole) continue;
    *line = head.line;
    return static_cast<size_t>(head.rest.data() - text.data());
  }
  return std::string_view::npos;
}

uint64_t HashText(std::string_view text) {
  // FNV-1a by words, then a finaliser: the low bits of a product are too regular to be compared
  // with a probability.
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdu;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53u;
  return hash ^ (hash >> 33);
}

std::string FileName(uint64_t file) {
  std::string name;
  AppendHex(file, 16, &name);
  return name;
}

bool ParseFileName(std::string_view text, uint64_t* file) {
  return text.size() == 16 && ParseNumber(text, 16, file);
}

}  // namespace tailrace
