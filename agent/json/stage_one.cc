#include "agent/json/stage_one.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>

#include "agent/base/check.h"

namespace tailrace {
namespace {

constexpr size_t kFirstCapacityBytes = size_t{64} << 10;

}  // namespace

class StageOne::Parser {
 public:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
};

StageOne::StageOne() : parser_(std::make_unique<Parser>()) { Resize(kFirstCapacityBytes); }

StageOne::~StageOne() = default;

void StageOne::Resize(size_t bytes) {
  capacity_bytes_ = std::max(std::bit_ceil(bytes), kFirstCapacityBytes);
  // Stage 2 never runs, so its stack of open containers is as small as it may be.
  const simdjson::error_code error =
      simdjson::get_active_implementation()->create_dom_parser_implementation(capacity_bytes_, 1,
                                                                              parser_->stage);
  CHECK(error == simdjson::SUCCESS);
}

bool StageOne::Index(std::string_view text) noexcept {
  if (text.size() > capacity_bytes_) {
    Resize(text.size());
  } else if (capacity_bytes_ > kKeptBytes && text.size() <= kKeptBytes) {
    Resize(kKeptBytes);
  }
  const simdjson::error_code error = parser_->stage->stage1(
      reinterpret_cast<const uint8_t*>(text.data()), text.size(), simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) return false;
  tokens_ = parser_->stage->structural_indexes.get();
  count_ = parser_->stage->n_structural_indexes;
  return count_ > 0;
}

}  // namespace tailrace
