#include "agent/pipeline/stages/kept_record.h"

#include <functional>

#include "agent/base/check.h"

namespace tailrace {

KeptRecord::Part KeptRecord::Store(std::string_view text, std::string_view record_text) {
  const std::less_equal<const char*> before;
  const bool shared = before(record_text.data(), text.data()) &&
                      before(text.data() + text.size(), record_text.data() + record_text.size());
  Part part;
  part.length = static_cast<uint32_t>(text.size());
  if (shared) {
    part.offset = static_cast<uint32_t>(text.data() - record_text.data());
  } else {
    part.offset = static_cast<uint32_t>(bytes_.size());
    bytes_ += text;
  }
  return part;
}

void KeptRecord::Keep(const StageBatch& batch, size_t index) {
  const StageRecord& record = batch.record(index);
  bytes_.assign(record.original);
  text_length_ = static_cast<uint32_t>(record.original.size());
  fields_.clear();
  for (const Field& field : batch.fields(index)) {
    KeptField& kept = fields_.emplace_back();
    kept.name = Store(field.name, record.original);
    kept.value = Store(field.value, record.original);
    kept.kind = field.kind;
    kept.ours = field.ours;
  }
  bytes_.append(kArenaPaddingBytes, '\0');
  CHECK(record.time.size() == time_.size());
  record.time.copy(time_.data(), time_.size());
  offset_ = batch.batch().offsets[index];
  flags_ = batch.batch().flags[index];
  refused_ = record.refused;
}

void KeptRecord::PutInto(StageBatch& batch, size_t index) const {
  FieldList& fields = batch.fields(index);
  fields.clear();
  for (const KeptField& kept : fields_) {
    fields.push_back({View(kept.name), View(kept.value), kept.kind, kept.ours});
  }
  StageRecord& record = batch.record(index);
  record.time = time();
  record.original = text();
  record.refused = refused_;
}

}  // namespace tailrace
