#include "agent/event/slab.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {

SlabPtr SlabPool::Acquire() {
  if (!free_.empty()) {
    SlabPtr slab = std::move(free_.back());
    free_.pop_back();
    unused_ = std::min(unused_, free_.size());
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
  const size_t going = std::min(unused_, free_.size() > keep ? free_.size() - keep : 0);
  free_.erase(free_.begin(), free_.begin() + static_cast<ptrdiff_t>(going));  // The coldest.
  made_ -= going;
  unused_ = free_.size();
}

}  // namespace tailrace
