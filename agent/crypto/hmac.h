// HmacSha256 is RFC 2104 with SHA-256 under one key: what a hash of a secret, or of a list of
// parts, is made with.
//
// Threads    Any: Of is const and keeps its state to itself.
// Failure    CHECK when OpenSSL has no HMAC-SHA256, which no build of it lacks.
// Cost       About 2 microseconds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tailrace {

class HmacSha256 {
 public:
  static constexpr size_t kBytes = 32;
  using Hash = std::array<uint8_t, kBytes>;

  // `key` may have any length; an empty one is allowed.
  explicit HmacSha256(std::string_view key);
  ~HmacSha256();
  HmacSha256(HmacSha256&&) noexcept;
  HmacSha256& operator=(HmacSha256&&) noexcept;

  [[nodiscard]] Hash Of(std::string_view message) const { return Of(std::span(&message, 1)); }
  // Of the parts one after the other.
  [[nodiscard]] Hash Of(std::span<const std::string_view> parts) const;

 private:
  struct KeyedContext;

  std::unique_ptr<KeyedContext> context_;
};

}  // namespace tailrace
