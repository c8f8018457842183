#include "agent/base/secret.h"

#include <string.h>

namespace tailrace {

void Secret::Wipe() noexcept {
  // Up to the capacity: a longer value may have stood there. The terminator stays zero.
  value_.resize(value_.capacity());
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace tailrace
