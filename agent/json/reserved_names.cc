#include "agent/json/reserved_names.h"

#include <algorithm>

#include "agent/json/json_escape.h"

namespace tailrace {
namespace {

constexpr std::string_view kAlways[] = {"@timestamp",   "kubernetes",    "log",
                                        "_id",          "_index",        "_source",
                                        "_type",        "_routing",      "_version",
                                        "_seq_no",      "_primary_term", "_field_names",
                                        "_ignored",     "_doc_count",    "_meta",
                                        "_size",        "_tier",         "_parent",
                                        "_uid",         "_all",          "_data_stream_timestamp",
                                        "_nested_path", "_tsid",         "_ignored_source"};

// `name` is `root`, or begins with `root` and a dot.
bool IsBelow(std::string_view name, std::string_view root) {
  return name.starts_with(root) && (name.size() == root.size() || name[root.size()] == '.');
}

}  // namespace

ReservedNames::ReservedNames(std::vector<std::string> roots) : roots_(std::move(roots)) {
  roots_.insert(roots_.end(), std::begin(kAlways), std::end(kAlways));
  for (const std::string& root : roots_) first_bytes_[static_cast<uint8_t>(root[0])] = true;
  first_bytes_['m'] = first_bytes_['e'] = true;
}

bool ReservedNames::MustMove(std::string_view name, JsonKind kind) const noexcept {
  if (name.empty() || !first_bytes_[static_cast<uint8_t>(name[0])]) return false;
  if (IsBelow(name, "message")) return name.size() > 7 || kind != JsonKind::kString;
  if (IsBelow(name, "event")) {
    return name.size() == 5 ? kind != JsonKind::kObject : IsBelow(name, "event.id");
  }
  return std::any_of(roots_.begin(), roots_.end(),
                     [&](const std::string& root) { return IsBelow(name, root); });
}

bool ReservedNames::InTheWay(std::string_view name, JsonKind kind) const noexcept {
  return MustMove(name, kind) || name == "event";
}

bool ReservedNames::AnyInTheWay(std::string_view text, const JsonFields& fields) const noexcept {
  for (const JsonField& field : fields.all()) {
    const std::string_view key = field.key(text);
    if (field.key_escaped) [[unlikely]] {
      char unescaped[512];
      // A longer name with escapes is rare enough to be looked at whole.
      if (key.size() > sizeof(unescaped)) return true;
      const char* end = UnescapeTo(unescaped, key);
      if (InTheWay({unescaped, static_cast<size_t>(end - unescaped)}, field.kind)) return true;
    } else if (!key.empty() && first_bytes_[static_cast<uint8_t>(key[0])] &&
               InTheWay(key, field.kind)) {
      return true;
    }
  }
  return false;
}

}  // namespace tailrace
