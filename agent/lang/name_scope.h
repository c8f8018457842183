// NameScope knows which names of filters and templates are labels of the stream. Those always win:
// a record's own field of such a name is reached as `.name`, so that what an application sends
// cannot pose as what the agent knows.
//
// Threads    A plain value; immutable once the plan is compiled.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"

namespace tailrace {

// The value of a label, "" when there is none.
using LabelLookup = absl::FunctionRef<std::string_view(std::string_view label)>;

class NameScope {
 public:
  // The labels that every stream has.
  static constexpr std::array<std::string_view, 6> kStreamLabels = {"namespace", "pod", "container",
                                                                    "node",      "job", "filename"};

  NameScope() = default;
  // And those of the sources that a pipeline reads. A name with dots, such as
  // `kubernetes.node.name`, makes a fact about the stream a name as well.
  explicit NameScope(std::vector<std::string> labels) : labels_(std::move(labels)) {}

  bool IsLabel(std::string_view name) const {
    return std::find(kStreamLabels.begin(), kStreamLabels.end(), name) != kStreamLabels.end() ||
           std::find(labels_.begin(), labels_.end(), name) != labels_.end();
  }

 private:
  std::vector<std::string> labels_;
};

}  // namespace tailrace
