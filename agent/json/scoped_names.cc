#include "agent/json/scoped_names.h"

#include <sys/random.h>

#include <algorithm>

#include "agent/base/check.h"

namespace tailrace {
namespace {

// For the dozen names of an ordinary line, so many that two hardly ever share a slot.
constexpr size_t kFirstSlots = 2048;
constexpr size_t kLastStamp = size_t{1} << 32;

}  // namespace

ScopedNames::ScopedNames() {
  CHECK(getrandom(&seed_, sizeof(seed_), 0) == static_cast<ssize_t>(sizeof(seed_)));
  Resize(kFirstSlots);
}

void ScopedNames::Resize(size_t slots) {
  slots_ = std::make_unique<Slot[]>(slots);
  mask_ = slots - 1;
  shift_ = 64 - std::countr_zero(slots);
  first_stamp_ = next_stamp_ = 1;
}

void ScopedNames::Begin(size_t max_names, size_t max_scopes) {
  // At most half of the slots are ever used, so chains stay short.
  const size_t needed = std::max(std::bit_ceil(2 * max_names), kFirstSlots);
  const size_t slots = mask_ + 1;
  const size_t kept = 2 * kKeptNames;
  if (needed > slots) {
    Resize(needed);
  } else if (slots > kept && needed <= kept) {
    Resize(needed);
  } else if (next_stamp_ + max_scopes >= kLastStamp) {
    Resize(slots);
  }
  first_stamp_ = next_stamp_;
  next_stamp_ += static_cast<uint32_t>(max_scopes);
}

}  // namespace tailrace
