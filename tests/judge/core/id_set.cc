#include "tests/judge/core/id_set.h"

#include <utility>

namespace tailrace {
namespace {

constexpr size_t kFirstSlots = 1 << 16;

uint64_t Mix(uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93u;
  return hash ^ (hash >> 32);
}

}  // namespace

IdKey MakeIdKey(std::string_view index, std::string_view id) {
  uint64_t high = 0x9e3779b97f4a7c15u, low = 0xc2b2ae3d27d4eb4fu;
  const auto add = [&](std::string_view text) {
    for (const char c : text) {
      high = (high ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
      low = (low + static_cast<uint8_t>(c)) * 0x9fb21c651e98df25u;
      low ^= low >> 29;
    }
    high = Mix(high ^ text.size());
    low = Mix(low + text.size());
  };
  add(index);
  add(id);
  if (high == 0 && low == 0) low = 1;  // all zeroes mark a free slot
  return {high, low};
}

IdSet::IdSet() : slots_(kFirstSlots) {}

bool IdSet::Contains(IdKey key) const { return slots_[Find(key)] == key; }

bool IdSet::Insert(IdKey key) {
  if (size_ * 10 >= slots_.size() * 6) Grow();
  IdKey& slot = slots_[Find(key)];
  if (slot == key) return false;
  slot = key;
  ++size_;
  return true;
}

size_t IdSet::Find(IdKey key) const {
  const size_t mask = slots_.size() - 1;
  size_t at = key.low & mask;
  while (slots_[at] != IdKey{} && slots_[at] != key) at = (at + 1) & mask;
  return at;
}

void IdSet::Grow() {
  std::vector<IdKey> old(slots_.size() * 2);
  std::swap(old, slots_);
  for (const IdKey& key : old) {
    if (key != IdKey{}) slots_[Find(key)] = key;
  }
}

}  // namespace tailrace
