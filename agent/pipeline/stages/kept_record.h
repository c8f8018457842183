// A KeptRecord is a copy of one record on its way through the stages, which outlives its batch: its
// fields, its time, and what the encoder needs of its place.
//
// Threads    Not thread-safe.
// Ownership  Owns its texts.
// Cost       A copy of the record's text, and of what its fields do not share with it. Keeping one
//            record after the other allocates only for one that is longer than all before.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/stages/stage_batch.h"
#include "parsers/timestamp.h"

namespace tailrace {

class KeptRecord {
 public:
  // In place of what was kept.
  void Keep(const StageBatch& batch, size_t index);
  // Makes it the record `index` of `batch`, with views of itself.
  void PutInto(StageBatch& batch, size_t index) const;

  std::string_view text() const { return {bytes_.data(), text_length_}; }
  std::string_view time() const { return {time_.data(), time_.size()}; }
  int64_t offset() const { return offset_; }
  uint16_t flags() const { return flags_; }
  // Of its memory.
  size_t bytes() const { return bytes_.capacity() + fields_.capacity() * sizeof(KeptField); }

 private:
  struct Part {
    uint32_t offset = 0;  // In bytes_.
    uint32_t length = 0;
  };
  struct KeptField {
    Part name;
    Part value;
    FieldKind kind = FieldKind::kText;
    bool ours = false;
  };

  // `text` itself where it is a part of the record's.
  Part Store(std::string_view text, std::string_view record_text);
  std::string_view View(Part part) const {
    return std::string_view(bytes_).substr(part.offset, part.length);
  }

  std::string bytes_;  // The record's text, then what lies outside of it, then padding.
  uint32_t text_length_ = 0;
  std::vector<KeptField> fields_;
  std::array<char, kUtcTimeBytes> time_{};
  int64_t offset_ = 0;
  uint16_t flags_ = 0;
  bool refused_ = false;
};

}  // namespace tailrace
