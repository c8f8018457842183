#include "agent/base/strings.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace tailrace {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Concat(std::initializer_list<std::string_view> pieces) {
  size_t size = 0;
  for (std::string_view piece : pieces) size += piece.size();
  std::string text;
  text.reserve(size);
  for (std::string_view piece : pieces) text += piece;
  return text;
}

std::string_view NearestName(std::string_view name, std::initializer_list<std::string_view> known) {
  return NearestName(name, known.begin(), known.size());
}

std::string_view NearestName(std::string_view name, const std::string_view* known, size_t count) {
  std::string_view best;
  size_t best_distance = std::max<size_t>(2, name.size() / 3) + 1;
  for (size_t i = 0; i < count; ++i) {
    const size_t distance = EditDistance(name, known[i]);
    if (distance < best_distance && distance < known[i].size()) {
      best = known[i];
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace tailrace
