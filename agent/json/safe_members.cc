#include "agent/json/safe_members.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "agent/json/field_name.h"
#include "agent/json/json_escape.h"

namespace tailrace {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

JsonKind KindOf(std::string_view value) {
  switch (value[0]) {
    case '"':
      return JsonKind::kString;
    case '{':
      return JsonKind::kObject;
    case '[':
      return JsonKind::kArray;
    case 't':
      return JsonKind::kTrue;
    case 'f':
      return JsonKind::kFalse;
    case 'n':
      return JsonKind::kNull;
    default:
      return JsonKind::kNumber;
  }
}

// All of these work on text that was validated: they look for ends and check nothing.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void SkipSpace() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }
  char Peek() const { return text_[at_]; }
  void Skip() { ++at_; }

  // A value, or a name with its quotes.
  std::string_view Token() {
    const size_t begin = at_;
    if (Peek() == '"') {
      at_ = StringEnd(at_);
    } else if (Peek() == '{' || Peek() == '[') {
      at_ = ContainerEnd(at_);
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  size_t StringEnd(size_t at) const {
    for (++at; text_[at] != '"'; ++at) {
      if (text_[at] == '\\') ++at;
    }
    return at + 1;
  }
  size_t ContainerEnd(size_t at) const {
    size_t depth = 0;
    do {
      at = text_.find_first_of("\"{}[]", at);
      if (text_[at] == '"') {
        at = StringEnd(at);
        continue;
      }
      depth += text_[at] == '{' || text_[at] == '[' ? 1 : -1;
      ++at;
    } while (depth > 0);
    return at;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

void AppendMember(std::string_view name, std::string& out) {
  if (!out.empty() && out.back() != '{') out += ',';
  out += '"';
  AppendEscaped(name, out);
  out += "\":";
}

// \ud83d without its other half is valid JSON and no valid text.
void AppendString(std::string_view quoted, std::string& out) {
  if (quoted.find("\\u") == std::string_view::npos) {
    out += quoted;
    return;
  }
  std::string text;
  AppendUnescaped(quoted.substr(1, quoted.size() - 2), text);
  out += '"';
  AppendEscaped(text, out);
  out += '"';
}

}  // namespace

const SafeMembers::Result& SafeMembers::Write(std::string_view object,
                                              const ReservedNames* reserved, bool event_apart) {
  result_ = Result();
  std::vector<Member> members = Members(object);
  if (reserved != nullptr) Reroot(members, *reserved, event_apart);
  KeepLast(members);
  AppendMembers(members, result_.members);
  return result_;
}

std::vector<SafeMembers::Member> SafeMembers::Members(std::string_view object) {
  std::vector<Member> members;
  Scanner scanner(object);
  scanner.SkipSpace();
  scanner.Skip();  // The brace.
  scanner.SkipSpace();
  while (scanner.Peek() != '}') {
    const std::string_view quoted = scanner.Token();
    Member& member = members.emplace_back();
    std::string name;
    AppendUnescaped(quoted.substr(1, quoted.size() - 2), name);
    AppendRepairedName(name, member.name);
    scanner.SkipSpace();
    scanner.Skip();  // The colon.
    scanner.SkipSpace();
    member.value = scanner.Token();
    scanner.SkipSpace();
    if (scanner.Peek() == ',') scanner.Skip();
    scanner.SkipSpace();
  }
  return members;
}

void SafeMembers::Reroot(std::vector<Member>& members, const ReservedNames& reserved,
                         bool event_apart) {
  std::vector<Member> rerooted;
  std::vector<Member> event;
  for (Member& member : members) {
    const JsonKind kind = KindOf(member.value);
    if (reserved.MustMove(member.name, kind)) {
      ++result_.moved;
      member.name.insert(0, "app.");
    } else if (member.name == "event") {
      std::vector<Member> inner = Members(member.value);
      for (Member& own : inner) {
        const bool is_id = own.name == "id" || own.name.starts_with("id.");
        if (is_id) {
          ++result_.moved;
          rerooted.push_back({"app.event." + own.name, own.value});
        } else {
          event.push_back(std::move(own));
        }
      }
      continue;
    }
    rerooted.push_back(std::move(member));
  }
  for (Member& member : rerooted) {
    const bool in_the_way = member.name == "app" && KindOf(member.value) != JsonKind::kObject;
    if (result_.moved > 0 && in_the_way) member.name = "app.app";
  }
  KeepLast(event);
  if (!event.empty()) {
    AppendMembers(event, result_.event_members);
    if (!event_apart) {
      result_.members = "\"event\":{" + std::exchange(result_.event_members, {}) + "}";
    }
  }
  members = std::move(rerooted);
}

void SafeMembers::KeepLast(std::vector<Member>& members) {
  absl::flat_hash_map<std::string_view, size_t> last;
  last.reserve(members.size());
  for (size_t i = 0; i < members.size(); ++i) last[members[i].name] = i;
  if (last.size() == members.size()) return;
  result_.duplicates += members.size() - last.size();
  std::vector<bool> kept(members.size(), false);
  for (const auto& [name, index] : last) kept[index] = true;
  last.clear();  // Its views point into what moves now.
  size_t out = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    if (!kept[i]) continue;
    if (out != i) members[out] = std::move(members[i]);
    ++out;
  }
  members.resize(out);
}

void SafeMembers::AppendMembers(const std::vector<Member>& members, std::string& out) {
  for (const Member& member : members) {
    AppendMember(member.name, out);
    AppendValue(member.value, out);
  }
}

void SafeMembers::AppendValue(std::string_view value, std::string& out) {
  switch (KindOf(value)) {
    case JsonKind::kObject:
      return AppendObject(value, out);
    case JsonKind::kArray:
      return AppendArray(value, out);
    case JsonKind::kString:
      return AppendString(value, out);
    default:
      out += value;
  }
}

void SafeMembers::AppendObject(std::string_view object, std::string& out) {
  std::vector<Member> members = Members(object);
  KeepLast(members);
  out += '{';
  AppendMembers(members, out);
  out += '}';
}

void SafeMembers::AppendArray(std::string_view array, std::string& out) {
  Scanner scanner(array);
  scanner.Skip();  // The bracket.
  scanner.SkipSpace();
  out += '[';
  while (scanner.Peek() != ']') {
    AppendValue(scanner.Token(), out);
    scanner.SkipSpace();
    if (scanner.Peek() == ',') {
      scanner.Skip();
      out += ',';
      scanner.SkipSpace();
    }
  }
  out += ']';
}

}  // namespace tailrace
