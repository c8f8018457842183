#include "agent/crypto/keyed_hash.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tailrace {

void KeyedHash::Write(std::span<const std::string_view> parts, std::span<uint8_t> hash) const {
  constexpr size_t kLengthBytes = 8;
  std::string lengths;
  for (const std::string_view part : parts) {
    for (int i = 0; i < 8; ++i) lengths += static_cast<char>(part.size() >> (56 - 8 * i));
  }
  std::vector<std::string_view> pieces;
  for (size_t i = 0; i < parts.size(); ++i) {
    pieces.push_back(std::string_view(lengths).substr(i * kLengthBytes, kLengthBytes));
    pieces.push_back(parts[i]);
  }
  const HmacSha256::Hash whole = hmac_.Of(pieces);
  std::copy_n(whole.begin(), hash.size(), hash.data());
}

}  // namespace tailrace
