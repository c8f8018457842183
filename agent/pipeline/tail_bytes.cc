#include "agent/pipeline/tail_bytes.h"

#include <algorithm>
#include <cstring>

#include "agent/crypto/fast_hash.h"

namespace tailrace {

void TailBytes::Append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (bytes.size() >= bytes_.size()) {
    std::memcpy(bytes_.data(), bytes.data() + bytes.size() - bytes_.size(), bytes_.size());
    size_ = bytes_.size();
    return;
  }
  const size_t kept = std::min(size_, bytes_.size() - bytes.size());
  std::memmove(bytes_.data(), bytes_.data() + size_ - kept, kept);
  std::memcpy(bytes_.data() + kept, bytes.data(), bytes.size());
  size_ = kept + bytes.size();
}

Anchor TailBytes::AnchorAfter(std::string_view begin) const {
  if (begin.size() >= bytes_.size()) {
    const std::string_view last = begin.substr(begin.size() - bytes_.size());
    return {FastHash64(last), static_cast<uint32_t>(last.size())};
  }
  TailBytes joined = *this;
  joined.Append(begin);
  if (joined.size_ == 0) return {};
  return {FastHash64({joined.bytes_.data(), joined.size_}), static_cast<uint32_t>(joined.size_)};
}

}  // namespace tailrace
