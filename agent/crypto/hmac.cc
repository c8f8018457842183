#include "agent/crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "agent/base/check.h"

namespace tailrace {
namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

}  // namespace

// Has taken the key in and nothing else; each hash starts from a copy.
struct HmacSha256::KeyedContext {
  MacContext mac;
};

HmacSha256::HmacSha256(std::string_view key) : context_(std::make_unique<KeyedContext>()) {
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

HmacSha256::~HmacSha256() = default;
HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;

HmacSha256::Hash HmacSha256::Of(std::span<const std::string_view> parts) const {
  const MacContext mac(EVP_MAC_CTX_dup(context_->mac.get()));
  CHECK(mac != nullptr);
  for (const std::string_view part : parts) {
    CHECK(EVP_MAC_update(mac.get(), reinterpret_cast<const unsigned char*>(part.data()),
                         part.size()) == 1);
  }
  Hash hash;
  size_t size = 0;
  CHECK(EVP_MAC_final(mac.get(), hash.data(), &size, hash.size()) == 1 && size == hash.size());
  return hash;
}

}  // namespace tailrace
