#include "agent/config/destination.h"

#include <algorithm>
#include <utility>

#include "agent/base/status.h"
#include "agent/config/map_reader.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {

absl::StatusOr<StreamTemplate> ParseDestination(std::string_view text,
                                                const std::vector<std::string_view>& labels) {
  if (text.empty()) return SyntaxError(0, {"a name is needed"});
  ASSIGN_OR_RETURN(StreamTemplate name, StreamTemplate::Parse(text));
  for (const StreamTemplate::Part& part : name.parts()) {
    if (!part.is_label || std::find(labels.begin(), labels.end(), part.text) != labels.end()) {
      continue;
    }
    return SyntaxError(part.offset, {"no source has the label ", Quoted(part.text),
                                     SuggestName(part.text, labels)});
  }
  return name;
}

}  // namespace tailrace
