// `filter_path` of an answer: comma-separated paths, `*` for one name, `**` for any number; arrays
// have no step of their own.
//
// Threads   Stateless after construction.
// Failure   Total; a path that fits nothing leaves nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

class AnswerFilter {
 public:
  // Empty: everything passes.
  explicit AnswerFilter(std::string_view filter_path);

  // Whether the value at `steps` passes, itself and all below it.
  bool Passes(const std::vector<std::string_view>& steps) const;
  // The part of an answer that passes.
  nlohmann::json Apply(const nlohmann::json& answer) const;

 private:
  std::vector<std::vector<std::string>> paths_;
};

}  // namespace tailrace
