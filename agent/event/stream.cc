#include "agent/event/stream.h"

#include <algorithm>

namespace tailrace {

std::string_view StreamInfo::Label(std::string_view name) const {
  if (name == "filename") return path;
  if (!pod.empty()) {
    if (name == "namespace") return pod.name_space;
    if (name == "pod") return pod.pod;
    if (name == "container") return pod.container;
  }
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const auto& label) { return label.first == name; });
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace tailrace
