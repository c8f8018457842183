// Expansion replaces references in the scalars of a config, after YAML has been parsed, so that no
// value can change the structure of the file:
//
//   ${NAME}            the variable, which must be set
//   ${NAME:-default}   the default when the variable is unset or empty
//   ${file:PATH}       the content of a file without its last line break; a relative path starts
//                      at the folder of the config file
//   $$                 a dollar sign
//
// Any other "$" stands for itself.
//
// Threads    Not thread-safe; owned by who loads the config.
// Bounds     A file of 64 KiB; a result of 1 MiB.
// Failure    A SyntaxError with the offset of the reference in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "agent/base/secret_text.h"

namespace tailrace {

// What surrounds the agent, given by main so that nothing else reads the environment.
struct LoadEnvironment {
  // The value of an environment variable; nullopt when it is not set.
  absl::AnyInvocable<std::optional<std::string>(std::string_view name) const> variable;
  std::string host_name;
  // Told of every file that the config refers to, whether it can be read or not. May be empty.
  absl::AnyInvocable<void(std::string_view path) const> refers_to;
};

struct ExpandedText {
  // Text without files in it, or the path of one.
  struct Piece {
    std::string literal;
    std::string path;
  };

  std::string text;  // With what the files hold now.
  std::vector<Piece> pieces;

  // For values that are read again when the files change.
  SecretText ToSecret() const;
};

// `folder` is where relative paths of ${file:} start.
[[nodiscard]] absl::StatusOr<ExpandedText> ExpandReferences(std::string_view text,
                                                            const LoadEnvironment& environment,
                                                            std::string_view folder);

}  // namespace tailrace
