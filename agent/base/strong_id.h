// StrongId keeps one kind of number from being taken for another: a RangeId is no FileId.
//
// Threads    Any; a plain value.
// Cost       That of the number.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tailrace {

template <typename Tag, typename Number>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Number value) : value_(value) {}

  constexpr Number value() const { return value_; }
  constexpr StrongId next() const { return StrongId(value_ + 1); }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

  template <typename H>
  friend H AbslHashValue(H state, StrongId id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  Number value_ = 0;
};

// One open generation of one file, for the life of the process; never used again.
using FileId = StrongId<struct FileIdTag, uint32_t>;
// One range of one file's ledger, in read order.
using RangeId = StrongId<struct RangeIdTag, uint64_t>;
// Positions in the lists of the config.
using SinkId = StrongId<struct SinkIdTag, uint16_t>;
using SourceId = StrongId<struct SourceIdTag, uint16_t>;
using PipelineId = StrongId<struct PipelineIdTag, uint16_t>;

}  // namespace tailrace
