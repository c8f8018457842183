#include "tests/judge/server/answer_filter.h"

#include <algorithm>

namespace tailrace {
namespace {

std::vector<std::string> Split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = std::min(text.find(at), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

// A path that is used up before the steps are has named a value above them, and takes what is
// below.
bool Matches(const std::vector<std::string>& path, size_t at,
             const std::vector<std::string_view>& steps, size_t step) {
  if (at == path.size()) return true;
  if (path[at] == "**") {
    for (size_t skip = step; skip <= steps.size(); ++skip) {
      if (Matches(path, at + 1, steps, skip) && (at + 1 < path.size() || skip > step)) return true;
    }
    return false;
  }
  if (step == steps.size()) return false;
  return (path[at] == "*" || path[at] == steps[step]) && Matches(path, at + 1, steps, step + 1);
}

bool IsEmptyContainer(const nlohmann::json& value) {
  return value.is_structured() && value.empty();
}

nlohmann::json Filter(const AnswerFilter& filter, const nlohmann::json& value,
                      std::vector<std::string_view>* steps) {
  if (!steps->empty() && filter.Passes(*steps)) return value;
  nlohmann::json kept;
  if (value.is_array()) {
    kept = nlohmann::json::array();
    for (const auto& element : value) {
      nlohmann::json part = Filter(filter, element, steps);
      if (!part.is_null() && !IsEmptyContainer(part)) kept.push_back(std::move(part));
    }
  } else if (value.is_object()) {
    kept = nlohmann::json::object();
    for (const auto& [key, member] : value.items()) {
      steps->push_back(key);
      nlohmann::json part = Filter(filter, member, steps);
      steps->pop_back();
      if (!part.is_null() && !IsEmptyContainer(part)) kept[key] = std::move(part);
    }
  }
  return kept;
}

}  // namespace

AnswerFilter::AnswerFilter(std::string_view filter_path) {
  if (filter_path.empty()) return;
  for (const std::string& path : Split(filter_path, ',')) paths_.push_back(Split(path, '.'));
}

bool AnswerFilter::Passes(const std::vector<std::string_view>& steps) const {
  return paths_.empty() || std::any_of(paths_.begin(), paths_.end(), [&](const auto& path) {
           return Matches(path, 0, steps, 0);
         });
}

nlohmann::json AnswerFilter::Apply(const nlohmann::json& answer) const {
  if (paths_.empty()) return answer;
  std::vector<std::string_view> steps;
  return Filter(*this, answer, &steps);
}

}  // namespace tailrace
