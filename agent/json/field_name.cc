#include "agent/json/field_name.h"

#include <algorithm>

namespace tailrace {
namespace {

bool IsBlank(std::string_view part) {
  return std::all_of(part.begin(), part.end(),
                     [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

// Takes the part up to the next dot off `rest`; `last` tells that no dot followed.
std::string_view TakePart(std::string_view& rest, bool& last) {
  const size_t dot = rest.find('.');
  last = dot == std::string_view::npos;
  const std::string_view part = rest.substr(0, dot);
  rest.remove_prefix(last ? rest.size() : dot + 1);
  return part;
}

}  // namespace

bool NameNeedsRepair(std::string_view name) noexcept {
  for (bool last = false; !last;) {
    if (IsBlank(TakePart(name, last))) return true;
  }
  return false;
}

void AppendRepairedName(std::string_view name, std::string& out) {
  for (bool last = false; !last;) {
    const std::string_view part = TakePart(name, last);
    if (IsBlank(part)) {
      out += '_';
    } else {
      out += part;
    }
    if (!last) out += '.';
  }
}

}  // namespace tailrace
