#include "agent/cli/field_json.h"

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "agent/json/json_escape.h"

namespace tailrace {
namespace {

// A name with a value, or with further names below it. Members keep the order in which they came.
struct Member {
  std::string name;
  std::string value;  // As JSON; empty: the members below.
  std::vector<Member> below;
};

std::string ValueOf(const Field& field) {
  if (!field.is_string()) return std::string(field.value);
  std::string text = "\"";
  if (field.kind == FieldKind::kJsonString) {
    text += field.value;
  } else {
    AppendEscaped(field.value, text);
  }
  return text + '"';
}

Member& MemberOf(std::vector<Member>& members, std::string_view name) {
  for (Member& member : members) {
    if (member.name == name) return member;
  }
  members.push_back({std::string(name), "", {}});
  return members.back();
}

void Add(std::vector<Member>& members, std::string_view name, bool levels, std::string value) {
  const size_t dot = levels ? name.find('.') : std::string_view::npos;
  Member& member = MemberOf(members, name.substr(0, dot));
  if (dot == std::string_view::npos) {
    member.value = std::move(value);
    member.below.clear();
  } else if (!member.value.empty()) {
    // Something else has the name that this one is below of: it keeps its dots.
    MemberOf(members, name).value = std::move(value);
  } else {
    Add(member.below, name.substr(dot + 1), levels, std::move(value));
  }
}

void Write(const std::vector<Member>& members, std::string& out) {
  out += '{';
  for (const Member& member : members) {
    if (out.back() != '{') out += ',';
    out += '"';
    AppendEscaped(member.name, out);
    out += "\":";
    if (member.value.empty()) {
      Write(member.below, out);
    } else {
      out += member.value;
    }
  }
  out += '}';
}

}  // namespace

std::string FieldsAsJson(std::span<const Field> fields) {
  std::vector<Member> members;
  for (const Field& field : fields) Add(members, field.name, field.ours, ValueOf(field));
  std::string out;
  Write(members, out);
  return out;
}

}  // namespace tailrace
