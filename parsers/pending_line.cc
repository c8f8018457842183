#include "parsers/pending_line.h"

#include <algorithm>

namespace tailrace {
namespace {

size_t LeadingNuls(std::string_view text) {
  return std::min(text.find_first_not_of('\0'), text.size());
}

}  // namespace

LinePrefix StripPrefix(std::string_view& line, int64_t offset, const LineRules& rules) {
  LinePrefix prefix;
  if (offset == 0 && !rules.bom.empty() && line.starts_with(rules.bom)) {
    prefix.bom_bytes = static_cast<uint32_t>(rules.bom.size());
    line.remove_prefix(prefix.bom_bytes);
  }
  size_t nuls = LeadingNuls(line);
  if (nuls < kNulRunBytesMin) return prefix;
  // The first character of UTF-16BE text begins with a NUL of its own.
  if (nuls < line.size()) nuls -= nuls % rules.unit_bytes;
  prefix.nul_run_bytes = static_cast<int64_t>(nuls);
  line.remove_prefix(nuls);
  return prefix;
}

// Takes from `text` what belongs to the prefix and returns what is left.
std::string_view PendingLine::AppendPrefix(std::string_view text, int64_t offset,
                                           const LineRules& rules) {
  if (offset == 0 && prefix_.bytes() == 0 && carry_.size() < rules.bom.size() &&
      rules.bom.starts_with(carry_)) {
    const size_t wanted = std::min(rules.bom.size() - carry_.size(), text.size());
    if (rules.bom.substr(carry_.size(), wanted) == text.substr(0, wanted)) {
      carry_.append(text.substr(0, wanted));
      text.remove_prefix(wanted);
      if (carry_.size() < rules.bom.size()) return text;
      prefix_.bom_bytes = static_cast<uint32_t>(rules.bom.size());
      carry_.clear();
    } else if (!carry_.empty()) {
      return text;  // It was no BOM, so it is content.
    }
  }
  if (LeadingNuls(carry_) < carry_.size()) return text;
  const size_t nuls = LeadingNuls(text);
  if (prefix_.nul_run_bytes == 0 && carry_.size() + nuls < kNulRunBytesMin) {
    carry_.append(text.substr(0, nuls));
    return text.substr(nuls);
  }
  prefix_.nul_run_bytes += static_cast<int64_t>(carry_.size() + nuls);
  carry_.clear();
  text.remove_prefix(nuls);
  if (!text.empty()) {
    const int64_t torn = prefix_.nul_run_bytes % static_cast<int64_t>(rules.unit_bytes);
    prefix_.nul_run_bytes -= torn;
    carry_.append(static_cast<size_t>(torn), '\0');
  }
  return text;
}

void PendingLine::Append(std::string_view text, int64_t offset, const LineRules& rules) {
  if (!begun_) {
    text = AppendPrefix(text, offset, rules);
    if (text.empty()) return;
    begun_ = true;
  }
  const size_t room = rules.text_bytes_max - std::min(rules.text_bytes_max, carry_.size());
  const size_t kept = std::min(room, text.size());
  // Most lines fit, and the next one will need the same room.
  if (carry_.size() + kept <= kKeptBytes) carry_.reserve(kKeptBytes);
  carry_.append(text.substr(0, kept));
  rest_bytes_ += static_cast<int64_t>(text.size() - kept);
}

PhysicalLine PendingLine::Line(int64_t offset, uint32_t newline_bytes,
                               const LineRules& rules) const {
  PhysicalLine line;
  // The NULs of a run that stayed too short to be skipped may be more than a tiny line may have.
  line.text = std::string_view(carry_).substr(0, rules.text_bytes_max);
  line.offset = offset + prefix_.bytes();
  line.rest_bytes = rest_bytes_ + static_cast<int64_t>(carry_.size() - line.text.size());
  line.newline_bytes = newline_bytes;
  line.carried = true;
  return line;
}

void PendingLine::Clear() {
  if (carry_.capacity() > kKeptBytes) {
    carry_ = std::string();
  } else {
    carry_.clear();
  }
  prefix_ = {};
  rest_bytes_ = 0;
  begun_ = false;
}

}  // namespace tailrace
