#include "agent/json/json_fields.h"

#include <algorithm>

#include "agent/json/json_escape.h"

namespace tailrace {

const JsonField* JsonFields::Find(std::string_view text, std::string_view name) const noexcept {
  for (size_t i = size_; i-- > 0;) {
    const JsonField& field = fields_[i];
    const std::string_view key = field.key(text);
    if (field.key_escaped ? UnescapesTo(key, name) : key == name) return &field;
  }
  return nullptr;
}

JsonField* JsonFields::Prepare(size_t capacity) {
  if (capacity > capacity_) {
    capacity_ = std::max<size_t>(capacity, 2 * capacity_);
    fields_ = std::make_unique<JsonField[]>(capacity_);
  }
  size_ = 0;
  return fields_.get();
}

void JsonFields::Finish(size_t size, const JsonTraits& traits, uint32_t inner_offset,
                        uint32_t inner_length) noexcept {
  size_ = size;
  traits_ = traits;
  inner_offset_ = inner_offset;
  inner_length_ = inner_length;
}

}  // namespace tailrace
