#include "sinks/field_writer.h"

#include <algorithm>
#include <cstring>

#include "agent/json/field_name.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/json/name_digest.h"
#include "agent/json/utf8.h"

namespace tailrace {
namespace {

constexpr std::string_view kAppPrefix = "app.";
constexpr std::string_view kAppEventPrefix = "app.event.";
constexpr std::string_view kEventPrefix = "event.";
constexpr std::string_view kLogPrefix = "log.";
// The digest of a name reads beyond its end.
constexpr size_t kNamePadding = 16;

JsonKind JsonKindOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kText:
    case FieldKind::kJsonString:
      return JsonKind::kString;
    case FieldKind::kNumber:
      return JsonKind::kNumber;
    case FieldKind::kTrue:
      return JsonKind::kTrue;
    case FieldKind::kFalse:
      return JsonKind::kFalse;
    case FieldKind::kNull:
      return JsonKind::kNull;
    case FieldKind::kObject:
      return JsonKind::kObject;
    case FieldKind::kArray:
      return JsonKind::kArray;
  }
  return JsonKind::kNull;
}

FieldKind FieldKindOf(std::string_view value) {
  switch (KindOfValue(value.front())) {
    case JsonKind::kString:
      return FieldKind::kJsonString;
    case JsonKind::kNumber:
      return FieldKind::kNumber;
    case JsonKind::kTrue:
      return FieldKind::kTrue;
    case JsonKind::kFalse:
      return FieldKind::kFalse;
    case JsonKind::kNull:
      return FieldKind::kNull;
    case JsonKind::kObject:
      return FieldKind::kObject;
    case JsonKind::kArray:
      return FieldKind::kArray;
  }
  return FieldKind::kNull;
}

char* Put(char* out, std::string_view text) noexcept {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* WriteValue(const Field& field, char* out, bool& valid_utf8) {
  if (!field.is_string()) return Put(out, field.value);
  *out++ = '"';
  if (field.kind == FieldKind::kJsonString) {
    out = Put(out, field.value);
  } else if (IsValidUtf8(field.value)) {
    out = EscapeTo(out, field.value);
  } else {
    valid_utf8 = false;
    out = EscapeLossyTo(out, field.value);
  }
  *out++ = '"';
  return out;
}

// The part of `name` before its first dot behind `from`.
std::string_view Segment(std::string_view name, size_t from) {
  return name.substr(from, name.find('.', from) - from);
}

}  // namespace

WrittenFields FieldWriter::Write(std::span<const Field> fields, const ReservedNames& reserved) {
  if (HasShapeOf(fields)) {
    std::copy(fields.begin(), fields.end(), fields_.begin());
  } else {
    MakeShape(fields, reserved);
  }
  const size_t bound = Bound();
  if (out_.size() < bound) out_.resize(bound);
  WrittenFields written;
  written.moved = moved_;
  written.duplicates = duplicates_;
  char* const begin = out_.data();
  char* const event = Run(steps_[kRoot], begin, written.valid_utf8);
  char* const log = Run(steps_[kEvent], event, written.valid_utf8);
  char* const end = Run(steps_[kLog], log, written.valid_utf8);
  written.members = {begin, static_cast<size_t>(event - begin)};
  written.event_members = {event, static_cast<size_t>(log - event)};
  written.log_members = {log, static_cast<size_t>(end - log)};
  return written;
}

bool FieldWriter::HasShapeOf(std::span<const Field> fields) const {
  if (!shape_holds_ || fields.size() != record_fields_) return false;
  // By what they are: a name that was made for one record (`into: app`) may lie where that of the
  // record before lay. Those of `fields_` are gone, but for their lengths.
  const char* known = shape_names_.data();
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string_view name = fields[i].name;
    if (!fields[i].ours || name.size() != fields_[i].name.size() ||
        std::memcmp(name.data(), known, name.size()) != 0) {
      return false;
    }
    known += name.size();
  }
  return true;
}

void FieldWriter::MakeShape(std::span<const Field> fields, const ReservedNames& reserved) {
  fields_.assign(fields.begin(), fields.end());
  record_fields_ = fields.size();
  members_.clear();
  names_.clear();
  text_.clear();
  moved_ = duplicates_ = 0;
  shape_holds_ = true;
  shape_names_.clear();
  for (const Field& field : fields) shape_names_ += field.name;
  for (uint32_t i = 0; i < record_fields_; ++i) Place(i, reserved);
  DropDuplicates();
  KeepDotsBelowOthers();
  for (const Home home : {kRoot, kEvent, kLog}) {
    steps_[home].clear();
    std::string text;
    MakeLevel(home, {}, 0, text);
    if (!text.empty()) EndStep(kNoField, text, home);
  }
}

void FieldWriter::Place(uint32_t index, const ReservedNames& reserved) {
  const Field field = fields_[index];
  if (field.ours) {
    const std::string_view name = field.name;
    if (name.starts_with(kEventPrefix)) {
      AddMember(index, kEvent, true, {}, name.substr(kEventPrefix.size()));
    } else if (name.starts_with(kLogPrefix)) {
      AddMember(index, kLog, true, {}, name.substr(kLogPrefix.size()));
    } else {
      AddMember(index, kRoot, true, {}, name);
    }
    return;
  }
  shape_holds_ = false;
  switch (reserved.Check(field.name, JsonKindOf(field.kind))) {
    case NameUse::kFree:
      AddMember(index, kRoot, false, {}, field.name);
      break;
    case NameUse::kReserved:
      AddMember(index, kRoot, false, kAppPrefix, field.name);
      ++moved_;
      break;
    case NameUse::kEventObject:
      PlaceEventObject(field);
      break;
  }
}

void FieldWriter::PlaceEventObject(const Field& event) {
  for (JsonMembers members(event.value); members.Next();) {
    Field field;
    field.name = members.name();
    field.value = members.value();
    field.kind = FieldKindOf(field.value);
    if (field.kind == FieldKind::kJsonString) {
      field.value = field.value.substr(1, field.value.size() - 2);
    }
    unescaped_.clear();
    AppendUnescaped(field.name, unescaped_);
    const bool poses = ReservedNames::IsReservedInEvent(unescaped_);
    fields_.push_back(field);
    const auto index = static_cast<uint32_t>(fields_.size() - 1);
    if (poses) {
      AddMember(index, kRoot, false, kAppEventPrefix, unescaped_);
      ++moved_;
    } else {
      AddMember(index, kEvent, false, {}, unescaped_);
    }
  }
}

void FieldWriter::AddMember(uint32_t field, Home home, bool nested, std::string_view prefix,
                            std::string_view name) {
  Member& member = members_.emplace_back();
  member.field = field;
  member.home = home;
  member.ours = fields_[field].ours;
  member.nested = nested;
  member.name_offset = static_cast<uint32_t>(names_.size());
  names_ += prefix;
  if (!NameNeedsRepair(name)) {
    names_ += name;
  } else {
    AppendRepairedName(name, names_);
  }
  member.name_length = static_cast<uint32_t>(names_.size()) - member.name_offset;
}

void FieldWriter::DropDuplicates() {
  names_.reserve(names_.size() + kNamePadding);
  table_.Begin(members_.size() + 1, kHomes);
  for (uint32_t index = 0; index < members_.size(); ++index) {
    const std::string_view name = NameOf(members_[index]);
    const NameDigest digest = DigestName(name.data(), name.size(), table_.seed());
    uint32_t* const earlier =
        table_.FindOrAdd(members_[index].home, digest.hash, index,
                         [&](uint32_t other) { return NameOf(members_[other]) == name; });
    if (earlier == nullptr) continue;
    ++duplicates_;
    if (members_[*earlier].ours && !members_[index].ours) {
      members_[index].dropped = true;
    } else {
      members_[*earlier].dropped = true;
      *earlier = index;
    }
  }
}

// Levels nest where nothing else has the name of one of them.
void FieldWriter::KeepDotsBelowOthers() {
  for (Member& member : members_) {
    if (!member.nested || member.dropped) continue;
    const std::string_view name = NameOf(member);
    size_t levels = 1;
    for (size_t dot = name.find('.'); dot != std::string_view::npos && member.nested;
         dot = name.find('.', dot + 1)) {
      const std::string_view parent = name.substr(0, dot);
      const bool taken = std::any_of(members_.begin(), members_.end(), [&](const Member& other) {
        return !other.dropped && other.home == member.home && NameOf(other) == parent;
      });
      if (taken || ++levels > kLevelsMax) member.nested = false;
    }
  }
}

// Appends the steps of all members of `home` whose names begin with `path`, which ends with a dot
// or is empty.
void FieldWriter::MakeLevel(Home home, std::string_view path, size_t level, std::string& text) {
  bool comma = false;
  for (size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    if (member.done || member.dropped || member.home != home) continue;
    const std::string_view name = NameOf(member);
    if (level > 0 && (!member.nested || !name.starts_with(path))) continue;
    if (comma) text += ',';
    comma = true;
    const std::string_view segment =
        member.nested ? Segment(name, path.size()) : name.substr(path.size());
    text += '"';
    AppendEscaped(segment, text);
    text += "\":";
    if (path.size() + segment.size() == name.size()) {
      member.done = true;
      EndStep(member.field, text, home);
      continue;
    }
    text += '{';
    const std::string below(name.substr(0, path.size() + segment.size() + 1));
    MakeLevel(home, below, level + 1, text);
    text += '}';
  }
}

void FieldWriter::EndStep(uint32_t field, std::string& text, Home home) {
  steps_[home].push_back(
      {static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text.size()), field});
  text_ += text;
  text.clear();
}

size_t FieldWriter::Bound() const {
  size_t bound = text_.size() + 64;
  for (const Field& field : fields_) {
    bound += field.kind == FieldKind::kText ? EscapeBound(field.value.size()) + 2
                                            : field.value.size() + 2;
  }
  return bound;
}

char* FieldWriter::Run(const std::vector<Step>& steps, char* out, bool& valid_utf8) const {
  for (const Step& step : steps) {
    out = Put(out, std::string_view(text_).substr(step.text_offset, step.text_length));
    if (step.field != kNoField) out = WriteValue(fields_[step.field], out, valid_utf8);
  }
  return out;
}

}  // namespace tailrace
