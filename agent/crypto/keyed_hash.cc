#include "agent/crypto/keyed_hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>

#include "agent/base/check.h"

namespace tailrace {
namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

void Update(EVP_MAC_CTX* context, const void* bytes, size_t size) {
  CHECK(EVP_MAC_update(context, static_cast<const unsigned char*>(bytes), size) == 1);
}

}  // namespace

// Has taken the key in and nothing else; each hash starts from a copy.
struct KeyedHash::KeyedContext {
  MacContext mac;
};

KeyedHash::KeyedHash(std::string_view key) : context_(std::make_unique<KeyedContext>()) {
  const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
  CHECK(mac != nullptr);
  context_->mac.reset(EVP_MAC_CTX_new(mac.get()));
  CHECK(context_->mac != nullptr);
  char digest[] = OSSL_DIGEST_NAME_SHA2_256;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  // A null pointer would mean "keep the key that you have".
  const char* bytes = key.empty() ? "" : key.data();
  CHECK(EVP_MAC_init(context_->mac.get(), reinterpret_cast<const unsigned char*>(bytes), key.size(),
                     parameters) == 1);
}

KeyedHash::~KeyedHash() = default;
KeyedHash::KeyedHash(KeyedHash&&) noexcept = default;
KeyedHash& KeyedHash::operator=(KeyedHash&&) noexcept = default;

void KeyedHash::Write(std::span<const std::string_view> parts, std::span<uint8_t> hash) const {
  const MacContext mac(EVP_MAC_CTX_dup(context_->mac.get()));
  CHECK(mac != nullptr);
  for (const std::string_view part : parts) {
    uint8_t length[8];
    for (int i = 0; i < 8; ++i) length[i] = static_cast<uint8_t>(part.size() >> (56 - 8 * i));
    Update(mac.get(), length, sizeof length);
    Update(mac.get(), part.data(), part.size());
  }
  uint8_t whole[kMaxBytes];
  size_t size = 0;
  CHECK(EVP_MAC_final(mac.get(), whole, &size, sizeof whole) == 1 && size == sizeof whole);
  std::copy_n(whole, hash.size(), hash.data());
}

}  // namespace tailrace
