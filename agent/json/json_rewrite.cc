#include "agent/json/json_rewrite.h"

#include <algorithm>

#include "agent/json/field_name.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/json/name_digest.h"
#include "agent/json/object_writer.h"
#include "agent/json/scalar_token.h"

namespace tailrace {

RewriteCounts JsonRewriter::Rewrite(std::string_view text, std::string& out, JsonFields& fields) {
  const size_t begin = text.find('{');
  text_ = text.substr(begin, text.rfind('}') + 1 - begin);
  counts_ = {};
  members_.clear();
  names_.clear();
  if (members_.capacity() > kKeptNames) members_.shrink_to_fit();
  if (names_.capacity() > kKeptNames * sizeof(Member)) names_.shrink_to_fit();
  FindMembers();
  for (Member& member : members_) SettleName(member);
  DropDuplicates();
  out.clear();
  out.reserve(text_.size() + 16);
  WriteObject(out, fields);
  out.reserve(out.size() + 16);
  return counts_;
}

void JsonRewriter::FindMembers() {
  scope_count_ = 0;
  Open opens[JsonWalker::kMaxDepth + 1];
  Open* open = opens;  // The first one stands for what is around the object.
  bool name_next = false;
  for (uint32_t at = 0; at < text_.size();) {
    const char c = text_[at];
    if (c == '{' || c == '[') {
      *++open = {.scope = scope_count_, .object = c == '{'};
      scope_count_ += open->object ? 1 : 0;
      name_next = open->object;
      ++at;
    } else if (c == '}' || c == ']') {
      EndValue(*--open, ++at);
    } else if (c == ',') {
      name_next = open->object;
      ++at;
    } else if (c == ':' || IsJsonSpace(c)) {
      ++at;
    } else {
      const char* after = SkipValue(&text_[at]);
      const uint32_t end = static_cast<uint32_t>(after - text_.data());
      if (name_next) {
        open->member = static_cast<uint32_t>(members_.size());
        members_.push_back(
            {.scope = open->scope, .name_offset = at + 1, .name_length = end - at - 2});
        name_next = false;
      } else {
        EndValue(*open, end);
      }
      at = end;
    }
  }
}

void JsonRewriter::EndValue(const Open& open, uint32_t end) {
  if (!open.object) return;
  members_[open.member].value_end = end;
  members_[open.member].next_member = static_cast<uint32_t>(members_.size());
}

// Finds the name that a member will have. Most are what the text says.
void JsonRewriter::SettleName(Member& member) {
  const std::string_view spelling = text_.substr(member.name_offset, member.name_length);
  const bool escaped = spelling.find('\\') != std::string_view::npos;
  if (!escaped && !NameNeedsRepair(spelling)) return;
  const size_t begin = names_.size();
  std::string name(spelling);
  if (escaped) name.resize(static_cast<size_t>(UnescapeTo(name.data(), name) - name.data()));
  if (NameNeedsRepair(name)) {
    AppendRepairedName(name, names_);
    member.renamed = true;
    ++counts_.renamed;
  } else {
    names_ += name;
  }
  member.own_name = true;
  member.name_offset = static_cast<uint32_t>(begin);
  member.name_length = static_cast<uint32_t>(names_.size() - begin);
}

std::string_view JsonRewriter::NameOf(const Member& member) const {
  const std::string_view from = member.own_name ? std::string_view(names_) : text_;
  return from.substr(member.name_offset, member.name_length);
}

void JsonRewriter::DropDuplicates() {
  names_.reserve(names_.size() + 16);  // The digest reads beyond.
  table_.Begin(members_.size() + 1, scope_count_);
  for (uint32_t index = 0; index < members_.size(); ++index) {
    const std::string_view name = NameOf(members_[index]);
    const NameDigest digest = DigestName(name.data(), name.size(), table_.seed());
    uint32_t* earlier =
        table_.FindOrAdd(members_[index].scope, digest.hash, index,
                         [&](uint32_t other) { return NameOf(members_[other]) == name; });
    if (earlier == nullptr) continue;
    members_[*earlier].dropped = true;
    ++counts_.duplicates;
    *earlier = index;
  }
}

void JsonRewriter::WriteObject(std::string& out, JsonFields& fields) const {
  ObjectWriter writer(out, fields, members_.size());
  const Member* member = members_.data();
  bool name_next = false;
  for (size_t at = 0; at < text_.size();) {
    const char c = text_[at];
    if (c == '{' || c == '[') {
      writer.Open(c);
      name_next = writer.in_object();
      ++at;
    } else if (c == '}' || c == ']') {
      writer.Close(c);
      ++at;
    } else if (c == ',') {
      name_next = writer.in_object();
      ++at;
    } else if (c == ':' || IsJsonSpace(c)) {
      ++at;
    } else if (name_next && member->dropped) {
      at = member->value_end;
      member = &members_[member->next_member];
    } else {
      const size_t end = static_cast<size_t>(SkipValue(&text_[at]) - text_.data());
      const std::string_view token = text_.substr(at, end - at);
      if (!name_next) {
        writer.Scalar(token);
      } else if (member->renamed) {
        writer.NewName(NameOf(*member++));
      } else {
        writer.Name(token);
        ++member;
      }
      name_next = false;
      at = end;
    }
  }
  writer.Finish();
}

}  // namespace tailrace
