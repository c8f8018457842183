#include "agent/codec/base64.h"

#include "absl/strings/escaping.h"

#include "agent/base/strings.h"

namespace tailrace {

std::string Base64UrlEncode(std::string_view bytes) {
  return absl::WebSafeBase64Escape(ToAbsl(bytes));
}

std::string Base64Encode(std::string_view bytes) { return absl::Base64Escape(ToAbsl(bytes)); }

}  // namespace tailrace
