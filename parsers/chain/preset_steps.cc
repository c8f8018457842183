#include "parsers/chain/preset_steps.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "agent/json/json_escape.h"
#include "parsers/patterns/capture_type.h"

namespace tailrace {
namespace {

Field* FindFrom(FieldList& fields, size_t begin, std::string_view name) {
  for (size_t i = fields.size(); i > begin; --i) {
    if (fields[i - 1].name == name) return &fields[i - 1];
  }
  return nullptr;
}

void EraseAt(FieldList& fields, size_t index) {
  fields.erase(fields.begin() + static_cast<ptrdiff_t>(index));
}

size_t IndexIn(const FieldList& fields, const Field& field) {
  return static_cast<size_t>(&field - fields.data());
}

// What a field says, without the escapes of JSON.
std::string_view TextOf(const Field& field, ByteArena& arena) {
  if (field.kind != FieldKind::kJsonString) return field.value;
  if (field.value.find('\\') == std::string_view::npos) return field.value;
  char* const text = arena.Allocate(field.value.size());
  const size_t size = static_cast<size_t>(UnescapeTo(text, field.value) - text);
  arena.Shrink(field.value.size() - size);
  return {text, size};
}

void PrefixNames(FieldList& fields, size_t begin, std::string_view prefix, ByteArena& arena) {
  for (size_t i = begin; i < fields.size(); ++i) {
    Field& field = fields[i];
    const size_t size = prefix.size() + field.name.size();
    char* const name = arena.Allocate(size);
    prefix.copy(name, prefix.size());
    field.name.copy(name + prefix.size(), field.name.size());
    field.name = {name, size};
    field.ours = true;
  }
}

// Of the fields in [begin, end) those that one from `end` on has the name of.
void EraseReplaced(FieldList& fields, size_t begin, size_t end) {
  for (size_t i = end; i > begin; --i) {
    if (FindFrom(fields, end, fields[i - 1].name) == nullptr) continue;
    EraseAt(fields, i - 1);
    --end;
  }
}

}  // namespace

PresetSteps::PresetSteps(std::shared_ptr<const PresetPlan> plan)
    : plan_(std::move(plan)), chain_(plan_->parse) {
  for (const PresetPlan::FieldParser& then : plan_->then) then_.emplace_back(then.parse);
  for (const TimeLayout& layout : plan_->layouts) times_.emplace_back(layout);
}

void PresetSteps::Parse(std::span<ChainJob> jobs, ByteArena& arena) {
  begins_.clear();
  for (const ChainJob& job : jobs) begins_.push_back(job.fields->size());
  chain_.Parse(jobs, arena);
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].parsed()) Finish(jobs[i], begins_[i], arena);
  }
}

void PresetSteps::Finish(ChainJob& job, size_t begin, ByteArena& arena) {
  const PresetSpec& spec = *plan_->spec;
  for (size_t i = 0; i < then_.size(); ++i) ParseField(i, job, begin, arena);
  if (!spec.rename.empty()) RenameFields(*job.fields, begin);
  if (!spec.values.empty()) ReplaceValues(*job.fields, begin);
  if (!spec.types.empty()) TypeFields(*job.fields, begin, arena);
  if (!times_.empty()) ReadTime(job, begin, arena);
  if (!spec.remove.empty() || spec.remove_empty) RemoveFields(*job.fields, begin);
}

void PresetSteps::ParseField(size_t which, ChainJob& job, size_t begin, ByteArena& arena) {
  const PresetPlan::FieldParser& then = plan_->then[which];
  FieldList& fields = *job.fields;
  Field* field = FindFrom(fields, begin, then.from);
  if (field == nullptr || field->value.empty()) return;
  const size_t end = fields.size();
  const size_t source = static_cast<size_t>(field - fields.data());
  ChainJob nested{
      .text = TextOf(*field, arena), .reference_nanos = job.reference_nanos, .fields = &fields};
  then_[which].Parse({&nested, 1}, arena);
  if (!nested.parsed()) return;
  if (nested.time == ChainTime::kRead) {
    job.time = nested.time;
    job.time_nanos = nested.time_nanos;
  }
  if (fields.size() == end) return;  // None took it.
  if (!then.into.empty()) PrefixNames(fields, end, then.into, arena);
  if (!then.keep) {
    EraseAt(fields, source);
    EraseReplaced(fields, begin, end - 1);
  } else {
    EraseReplaced(fields, begin, end);
  }
}

void PresetSteps::RenameFields(FieldList& fields, size_t begin) const {
  for (const auto& [from, to] : plan_->spec->rename) {
    Field* field = FindFrom(fields, begin, from);
    if (field == nullptr) continue;
    const Field* other = FindFrom(fields, begin, to);
    const size_t replaced = other == nullptr ? fields.size() : IndexIn(fields, *other);
    field->name = to;
    field->ours = true;
    if (replaced < fields.size() && other != field) EraseAt(fields, replaced);
  }
}

void PresetSteps::ReplaceValues(FieldList& fields, size_t begin) const {
  for (const auto& [name, values] : plan_->spec->values) {
    Field* field = FindFrom(fields, begin, name);
    if (field == nullptr || !field->is_string()) continue;
    const auto value = values.find(field->value);
    if (value == values.end()) continue;
    field->value = value->second;
    field->kind = FieldKind::kText;
  }
}

void PresetSteps::TypeFields(FieldList& fields, size_t begin, ByteArena& arena) const {
  for (const auto& [name, type] : plan_->spec->types) {
    Field* field = FindFrom(fields, begin, name);
    if (field == nullptr || !field->is_string()) continue;
    const bool ours = field->ours;
    Field typed = TypedField(field->name, field->value, type, arena);
    if (typed.kind == FieldKind::kText) continue;
    *field = typed;
    field->ours = ours;
  }
}

void PresetSteps::RemoveFields(FieldList& fields, size_t begin) const {
  if (plan_->spec->remove_empty) {
    const auto is_empty = [](const Field& field) {
      return field.is_string() && field.value.empty();
    };
    fields.erase(
        std::remove_if(fields.begin() + static_cast<ptrdiff_t>(begin), fields.end(), is_empty),
        fields.end());
  }
  for (const std::string& name : plan_->spec->remove) {
    const Field* field = FindFrom(fields, begin, name);
    if (field != nullptr) EraseAt(fields, IndexIn(fields, *field));
  }
}

void PresetSteps::ReadTime(ChainJob& job, size_t begin, ByteArena& arena) {
  for (const std::string& name : plan_->spec->timestamp->fields) {
    const Field* field = FindFrom(*job.fields, begin, name);
    if (field == nullptr) continue;
    const std::string_view text = TextOf(*field, arena);
    for (LayoutReader& reader : times_) {
      const std::optional<int64_t> nanos = reader.Parse(text, job.reference_nanos);
      if (!nanos.has_value()) continue;
      job.time = ChainTime::kRead;
      job.time_nanos = *nanos;
      EraseAt(*job.fields, IndexIn(*job.fields, *field));
      return;
    }
    // A time that a parser of a field has read stays.
    if (job.time == ChainTime::kNone) job.time = ChainTime::kUnreadable;
  }
}

}  // namespace tailrace
