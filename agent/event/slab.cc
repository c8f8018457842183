#include "agent/event/slab.h"

#include <utility>

#include "agent/base/check.h"

namespace tailrace {

SlabPtr SlabPool::Acquire() {
  if (!free_.empty()) {
    SlabPtr slab = std::move(free_.back());
    free_.pop_back();
    return slab;
  }
  if (made_ == max_slabs_) return nullptr;
  ++made_;
  return std::make_unique<Slab>();
}

void SlabPool::Release(SlabPtr slab) {
  CHECK(slab != nullptr);
  slab->Clear();
  free_.push_back(std::move(slab));
}

void SlabPool::Trim(size_t keep) {
  while (free_.size() > keep) {
    free_.erase(free_.begin());  // The coldest one.
    --made_;
  }
}

}  // namespace tailrace
