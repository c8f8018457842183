// ScopedNames finds equal names within one object, for all objects of a document at once: a name is
// looked up together with its scope, the ordinal of the object that it belongs to.
//
// Every slot carries the stamp of its scope, stamps only grow, and a slot whose stamp is older than
// the document is empty: nothing is cleared between lines.
//
// Threads    Not thread-safe.
// Bounds     16 to 32 bytes for each name of the largest document; what over `kKeptNames` names
//            needed is given back with the next smaller document.
// Cost       Digest and look-up take about 8 ns a name. The names of similar lines fall into the
// same slots, which so stay
//            in the first-level cache. Time is linear for hostile names too: the hash is keyed.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "agent/json/name_digest.h"

namespace tailrace {

class ScopedNames {
 public:
  static constexpr size_t kKeptNames = 16384;

  ScopedNames();
  ScopedNames(const ScopedNames&) = delete;
  ScopedNames& operator=(const ScopedNames&) = delete;

  const NameSeed& seed() const { return seed_; }

  // Forgets all names and makes room for `max_names` in scopes below `max_scopes`.
  void Begin(size_t max_names, size_t max_scopes);

  // Looks up the name that `hash` (of DigestName with seed()) and `same` stand for: `same(other)`
  // tells whether the name stored with `other` is equal to it. Returns the value stored with it, or
  // nullptr after storing `value`.
  // REQUIRES: fewer than `max_names` names were stored since Begin.
  template <typename Same>
  uint32_t* FindOrAdd(uint32_t scope, uint64_t hash, uint32_t value, Same&& same) noexcept {
    const uint32_t stamp = first_stamp_ + scope;
    // The scope keeps the same name of a thousand objects from one chain.
    const uint64_t mixed = hash + scope * 0x9e3779b97f4a7c15u;
    size_t at = static_cast<size_t>(mixed >> shift_);
    while (slots_[at].stamp >= first_stamp_) {
      if (slots_[at].stamp == stamp && same(slots_[at].value)) return &slots_[at].value;
      at = (at + 1) & mask_;
    }
    slots_[at] = {stamp, value};
    return nullptr;
  }

 private:
  struct Slot {
    uint32_t stamp = 0;
    uint32_t value = 0;
  };

  void Resize(size_t slots);

  NameSeed seed_;
  std::unique_ptr<Slot[]> slots_;
  size_t mask_ = 0;
  int shift_ = 64;
  uint32_t first_stamp_ = 1;  // Of the current document; 0 marks a slot that was never used.
  uint32_t next_stamp_ = 1;   // Of the next one.
};

}  // namespace tailrace
