#include "agent/config/expansion.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/config/config_files.h"
#include "agent/lang/label_matcher.h"
#include "agent/lang/syntax_error.h"
#include "agent/yaml/diagnostics.h"

namespace tailrace {
namespace {

constexpr int64_t kMaxFileBytes = 64 << 10;
constexpr size_t kMaxResultBytes = 1 << 20;
constexpr std::string_view kFilePrefix = "file:";
constexpr std::string_view kDefaultMark = ":-";

class Expansion {
 public:
  Expansion(std::string_view text, const LoadEnvironment& environment, std::string_view folder)
      : text_(text), environment_(environment), folder_(folder) {}

  absl::StatusOr<std::string> Run() {
    std::string result;
    size_t at = 0;
    while (at < text_.size()) {
      const std::string_view rest = text_.substr(at);
      if (rest.starts_with("$$")) {
        result += '$';
        at += 2;
      } else if (rest.starts_with("${")) {
        const size_t close = text_.find('}', at);
        if (close == std::string_view::npos) return SyntaxError(at, {"\"${\" without \"}\""});
        ASSIGN_OR_RETURN(const std::string value,
                         Resolve(at, text_.substr(at + 2, close - at - 2)));
        result += value;
        at = close + 1;
      } else {
        result += text_[at++];
      }
      if (result.size() > kMaxResultBytes) {
        return SyntaxError(0, {"the value is over 1 MiB when its references are replaced"});
      }
    }
    return result;
  }

 private:
  // `reference` is what stands between the braces.
  absl::StatusOr<std::string> Resolve(size_t at, std::string_view reference) const {
    if (reference.find("${") != std::string_view::npos) {
      return SyntaxError(at, {"a reference cannot hold another one"});
    }
    if (reference.starts_with(kFilePrefix)) {
      return ReadReferencedFile(at, reference.substr(kFilePrefix.size()));
    }
    const size_t mark = reference.find(kDefaultMark);
    const std::string_view name = reference.substr(0, mark);
    if (!IsLabelName(name)) {
      return SyntaxError(at, {"expected ${NAME}, ${NAME:-default} or ${file:PATH}; a dollar sign "
                              "is written $$"});
    }
    std::optional<std::string> value = environment_.variable(name);
    if (mark != std::string_view::npos && value.value_or("").empty()) {
      return std::string(reference.substr(mark + kDefaultMark.size()));
    }
    if (!value.has_value()) {
      return SyntaxError(at, {"the environment variable ", Quoted(name),
                              " is not set; a default is written ${", name, ":-default}"});
    }
    return *std::move(value);
  }

  absl::StatusOr<std::string> ReadReferencedFile(size_t at, std::string_view path) const {
    if (path.empty()) return SyntaxError(at, {"\"${file:}\" without a path"});
    const std::string full =
        path.starts_with('/') ? std::string(path) : Concat({folder_, "/", path});
    absl::StatusOr<std::string> content = ReadTextFile(full, kMaxFileBytes);
    if (!content.ok()) return SyntaxError(at, {FromAbsl(content.status().message())});
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    if (content->find('\0') != std::string::npos) {
      return SyntaxError(at, {"the file ", full, " is not text"});
    }
    return content;
  }

  const std::string_view text_;
  const LoadEnvironment& environment_;
  const std::string_view folder_;
};

}  // namespace

absl::StatusOr<std::string> ExpandReferences(std::string_view text,
                                             const LoadEnvironment& environment,
                                             std::string_view folder) {
  return Expansion(text, environment, folder).Run();
}

}  // namespace tailrace
