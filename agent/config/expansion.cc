#include "agent/config/expansion.h"

#include <algorithm>
#include <utility>

#include "agent/base/secret_text.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/lang/label_matcher.h"
#include "agent/lang/syntax_error.h"
#include "agent/yaml/diagnostics.h"

namespace tailrace {
namespace {

constexpr size_t kMaxResultBytes = 1 << 20;
constexpr std::string_view kFilePrefix = "file:";
constexpr std::string_view kDefaultMark = ":-";

class Expansion {
 public:
  Expansion(std::string_view text, const LoadEnvironment& environment, std::string_view folder)
      : text_(text), environment_(environment), folder_(folder) {}

  absl::StatusOr<ExpandedText> Run() {
    ExpandedText result;
    size_t at = 0;
    while (at < text_.size()) {
      const std::string_view rest = text_.substr(at);
      if (rest.starts_with("$$")) {
        AddLiteral(result, "$");
        at += 2;
      } else if (rest.starts_with("${")) {
        const size_t close = text_.find('}', at);
        if (close == std::string_view::npos) return SyntaxError(at, {"\"${\" without \"}\""});
        RETURN_IF_ERROR(Resolve(at, text_.substr(at + 2, close - at - 2), result));
        at = close + 1;
      } else {
        const size_t dollar = std::min(text_.find('$', at + 1), text_.size());
        AddLiteral(result, text_.substr(at, dollar - at));
        at = dollar;
      }
      if (result.text.size() > kMaxResultBytes) {
        return SyntaxError(0, {"the value is over 1 MiB when its references are replaced"});
      }
    }
    return result;
  }

 private:
  static void AddLiteral(ExpandedText& result, std::string_view literal) {
    result.text += literal;
    if (result.pieces.empty() || !result.pieces.back().path.empty()) result.pieces.push_back({});
    result.pieces.back().literal += literal;
  }

  // `reference` is what stands between the braces.
  absl::Status Resolve(size_t at, std::string_view reference, ExpandedText& result) const {
    if (reference.find("${") != std::string_view::npos) {
      return SyntaxError(at, {"a reference cannot hold another one"});
    }
    if (reference.starts_with(kFilePrefix)) {
      return AddFile(at, reference.substr(kFilePrefix.size()), result);
    }
    const size_t mark = reference.find(kDefaultMark);
    const std::string_view name = reference.substr(0, mark);
    if (!IsLabelName(name)) {
      return SyntaxError(at, {"expected ${NAME}, ${NAME:-default} or ${file:PATH}; a dollar sign "
                              "is written $$"});
    }
    const std::optional<std::string> value = environment_.variable(name);
    if (mark != std::string_view::npos && value.value_or("").empty()) {
      AddLiteral(result, reference.substr(mark + kDefaultMark.size()));
    } else if (value.has_value()) {
      AddLiteral(result, *value);
    } else {
      return SyntaxError(at, {"the environment variable ", Quoted(name),
                              " is not set; a default is written ${", name, ":-default}"});
    }
    return absl::OkStatus();
  }

  absl::Status AddFile(size_t at, std::string_view path, ExpandedText& result) const {
    if (path.empty()) return SyntaxError(at, {"\"${file:}\" without a path"});
    std::string full = path.starts_with('/') ? std::string(path) : Concat({folder_, "/", path});
    if (environment_.refers_to) environment_.refers_to(full);
    const absl::StatusOr<TextFile> file = ReadSecretFile(full);
    if (!file.ok()) return SyntaxError(at, {FromAbsl(file.status().message())});
    result.text += file->text;
    result.pieces.push_back({"", std::move(full)});
    return absl::OkStatus();
  }

  const std::string_view text_;
  const LoadEnvironment& environment_;
  const std::string_view folder_;
};

}  // namespace

SecretText ExpandedText::ToSecret() const {
  std::vector<SecretText::Part> parts;
  for (const Piece& piece : pieces) parts.push_back({Secret(piece.literal), piece.path});
  return SecretText(std::move(parts));
}

absl::StatusOr<ExpandedText> ExpandReferences(std::string_view text,
                                              const LoadEnvironment& environment,
                                              std::string_view folder) {
  return Expansion(text, environment, folder).Run();
}

}  // namespace tailrace
