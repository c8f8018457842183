#include "agent/json/safe_object.h"

#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/json/name_digest.h"

namespace tailrace {
namespace {

constexpr std::string_view kApp = "app";
constexpr std::string_view kAppPrefix = "app.";
constexpr std::string_view kAppEventPrefix = "app.event.";
constexpr std::string_view kEvent = "event";

bool HasEscape(std::string_view text) { return text.find('\\') != std::string_view::npos; }

// `spelling`, unescaped in `buffer` when need be; a quote follows it in either case.
__attribute__((noinline)) std::string_view Unescaped(std::string_view spelling, bool escaped,
                                                     std::string& buffer) {
  if (!escaped) return spelling;
  buffer.clear();
  AppendUnescaped(spelling, buffer);
  buffer += '"';
  return std::string_view(buffer).substr(0, buffer.size() - 1);
}

void AppendMember(std::string_view prefix, std::string_view name, std::string_view value,
                  std::string& out) {
  out += '"';
  out += prefix;
  out += name;
  out += "\":";
  out += value;
}

}  // namespace

SafeObject SafeObjectBuilder::Build(std::string_view text, const JsonFields& fields,
                                    const ReservedNames& reserved, EventUse event_use) {
  SafeObject object;
  const JsonFields* own = &fields;
  if (fields.traits().needs_rewrite()) [[unlikely]] {
    const RewriteCounts counts = rewriter_.Rewrite(text, rewritten_, rewritten_fields_);
    object.duplicates = counts.duplicates;
    object.renamed = counts.renamed;
    text = rewritten_;
    own = &rewritten_fields_;
  }
  if (MustRearrange(text, *own, reserved, event_use)) {
    Rearrange(text, *own, reserved, event_use, object);
  } else if (own->size() > 0) {
    object.members = text.substr(own->inner_offset(), own->inner_length());
  }
  return object;
}

inline NameUse SafeObjectBuilder::UseOf(std::string_view text, const JsonField& field,
                                        const ReservedNames& reserved) {
  if (!field.key_escaped) [[likely]]
    return reserved.Check(field.key(text), field.kind);
  return reserved.Check(Unescaped(field.key(text), true, unescaped_), field.kind);
}

bool SafeObjectBuilder::MustRearrange(std::string_view text, const JsonFields& fields,
                                      const ReservedNames& reserved, EventUse event_use) {
  for (const JsonField& field : fields.all()) {
    const NameUse use = UseOf(text, field, reserved);
    if (use == NameUse::kFree) [[likely]]
      continue;
    if (use == NameUse::kReserved || event_use == EventUse::kExtract) return true;
    for (JsonMembers event(field.value(text)); event.Next();) {
      const bool escaped = HasEscape(event.name());
      if (ReservedNames::IsReservedInEvent(Unescaped(event.name(), escaped, unescaped_))) {
        return true;
      }
    }
  }
  return false;
}

void SafeObjectBuilder::Rearrange(std::string_view text, const JsonFields& fields,
                                  const ReservedNames& reserved, EventUse event_use,
                                  SafeObject& object) {
  members_.clear();
  event_.clear();
  for (const JsonField& field : fields.all()) {
    const std::string_view name = field.key(text);
    const std::string_view value = field.value(text);
    switch (UseOf(text, field, reserved)) {
      case NameUse::kFree:
        members_.push_back({.name = name, .value = value});
        break;
      case NameUse::kReserved:
        members_.push_back({.prefix = kAppPrefix, .name = name, .value = value});
        ++object.moved;
        break;
      case NameUse::kEventObject:
        SplitEvent(value, object);
        if (event_use == EventUse::kExtract) {
          object.event_members = std::string_view(event_).substr(1, event_.size() - 2);
        } else if (event_.size() > 2) {
          members_.push_back({.name = kEvent, .value = event_});
        }
        break;
    }
  }
  if (object.moved > 0) {
    MoveOwnApp(object);
    DropSameNames(object);
  }
  WriteMembers();
  object.members = out_;
}

// Splits what a member `event` holds into `event_` and what poses as our `event.id`.
void SafeObjectBuilder::SplitEvent(std::string_view value, SafeObject& object) {
  event_.assign(1, '{');
  for (JsonMembers event(value); event.Next();) {
    const bool escaped = HasEscape(event.name());
    if (ReservedNames::IsReservedInEvent(Unescaped(event.name(), escaped, unescaped_))) {
      members_.push_back({.prefix = kAppEventPrefix, .name = event.name(), .value = event.value()});
      ++object.moved;
      continue;
    }
    if (event_.size() > 1) event_ += ',';
    AppendMember({}, event.name(), event.value(), event_);
  }
  event_ += '}';
}

void SafeObjectBuilder::MoveOwnApp(SafeObject& object) {
  for (Member& member : members_) {
    if (!member.prefix.empty() || member.value.front() == '{') continue;
    if (Unescaped(member.name, HasEscape(member.name), unescaped_) != kApp) continue;
    member.prefix = kAppPrefix;
    ++object.moved;
  }
}

// Only names that begin with `app.` can have become equal: what was not moved is unique already.
void SafeObjectBuilder::DropSameNames(SafeObject& object) {
  full_names_.clear();
  for (Member& member : members_) {
    const bool escaped = HasEscape(member.name);
    if (member.prefix.empty() && !escaped && !member.name.starts_with(kAppPrefix)) continue;
    member.full_name_offset = full_names_.size();
    full_names_ += member.prefix;
    full_names_ += Unescaped(member.name, escaped, unescaped_);
    member.full_name_length = full_names_.size() - member.full_name_offset;
  }
  full_names_.reserve(full_names_.size() + 16);  // The digest reads beyond.
  const auto full_name = [&](const Member& member) {
    return std::string_view(full_names_).substr(member.full_name_offset, member.full_name_length);
  };
  table_.Begin(members_.size() + 1, 1);
  for (uint32_t index = 0; index < members_.size(); ++index) {
    const std::string_view name = full_name(members_[index]);
    if (name.empty()) continue;
    const NameDigest digest = DigestName(name.data(), name.size(), table_.seed());
    uint32_t* earlier = table_.FindOrAdd(
        0, digest.hash, index, [&](uint32_t other) { return full_name(members_[other]) == name; });
    if (earlier == nullptr) continue;
    members_[*earlier].dropped = true;
    ++object.duplicates;
    *earlier = index;
  }
}

void SafeObjectBuilder::WriteMembers() {
  out_.clear();
  for (const Member& member : members_) {
    if (member.dropped) continue;
    if (!out_.empty()) out_ += ',';
    AppendMember(member.prefix, member.name, member.value, out_);
  }
}

}  // namespace tailrace
