#include "agent/config/name_table.h"

#include <algorithm>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr size_t kMaxNameBytes = 64;

bool IsName(std::string_view name) {
  const auto fits = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && name[0] != '.' && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

void NameTable::Add(LoadContext& context, const YamlNode& key) {
  if (!IsName(key.text())) {
    context.diagnostics.Error(key.place(), {"the name of a ", kind_,
                                            " is made of up to 64 letters, digits, \"_\", \"-\" "
                                            "and \".\", and begins with one of the first three"});
  }
  names_.push_back(key.text());
  places_.push_back(key.place());
}

std::optional<size_t> NameTable::Find(LoadContext& context, const ConfigText& text) const {
  const auto found = std::find(names_.begin(), names_.end(), text.text);
  if (found != names_.end()) return static_cast<size_t>(found - names_.begin());
  context.diagnostics.Error(text.PlaceOf(0), {"there is no ", kind_, " ", Quoted(text.text),
                                              SuggestName(text.text, names_)});
  return std::nullopt;
}

}  // namespace tailrace
