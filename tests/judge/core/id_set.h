// The document ids that a server has seen, as 128-bit hashes: what makes a second `create` a
// conflict.
//
// Invariants  Nothing is ever removed.
// Threads     Not thread-safe.
// Bounds      16 bytes an id at a load of 0.3 to 0.6; grows by doubling, without an upper limit.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tailrace {

struct IdKey {
  uint64_t high = 0;
  uint64_t low = 0;
  bool operator==(const IdKey&) const = default;
};

IdKey MakeIdKey(std::string_view index, std::string_view id);

class IdSet {
 public:
  IdSet();
  bool Contains(IdKey key) const;
  // False when the key was there already.
  bool Insert(IdKey key);
  size_t size() const { return size_; }

 private:
  size_t Find(IdKey key) const;  // its slot, or the free one where it belongs
  void Grow();

  std::vector<IdKey> slots_;
  size_t size_ = 0;
};

}  // namespace tailrace
