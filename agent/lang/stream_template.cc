#include "agent/lang/stream_template.h"

#include <algorithm>

#include "agent/base/strings.h"
#include "agent/lang/label_matcher.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

constexpr size_t kMaxTextBytes = 4096;
constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

// What stands between the braces, without the spaces around it, and where.
StreamTemplate::Part InnerOf(std::string_view text, size_t begin, size_t end) {
  while (begin < end && text[begin] == ' ') ++begin;
  while (end > begin && text[end - 1] == ' ') --end;
  return {std::string(text.substr(begin, end - begin)), true, begin};
}

absl::Status CheckLabel(const StreamTemplate::Part& part) {
  if (part.text.starts_with('.')) {
    return SyntaxError(part.offset, {"fields of records cannot be named in this version, only "
                                     "labels of the stream, such as {{ namespace }}"});
  }
  if (!IsLabelName(part.text)) {
    return SyntaxError(part.offset, {"expected the name of a label, such as {{ namespace }}"});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StreamTemplate> StreamTemplate::Parse(std::string_view text) {
  if (text.size() > kMaxTextBytes) return SyntaxError(0, {"a template of over 4 KiB"});
  StreamTemplate result;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = std::min(text.find(kOpen, at), text.size());
    if (open > at) result.parts_.push_back({std::string(text.substr(at, open - at)), false, at});
    if (open == text.size()) break;
    const size_t close = text.find(kClose, open + kOpen.size());
    if (close == std::string_view::npos) {
      return SyntaxError(open, {"\"{{\" without \"}}\""});
    }
    StreamTemplate::Part label = InnerOf(text, open + kOpen.size(), close);
    if (absl::Status status = CheckLabel(label); !status.ok()) return status;
    result.parts_.push_back(std::move(label));
    at = close + kClose.size();
  }
  return result;
}

std::string StreamTemplate::Render(LabelLookup lookup) const {
  std::string name;
  for (const Part& part : parts_) name += part.is_label ? lookup(part.text) : part.text;
  return name;
}

std::string StreamTemplate::RenderOverflow() const {
  return Render([](std::string_view) { return std::string_view("_overflow"); });
}

bool StreamTemplate::is_constant() const {
  return std::none_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.is_label; });
}

}  // namespace tailrace
