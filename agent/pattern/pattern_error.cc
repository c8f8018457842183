#include "agent/pattern/pattern_error.h"

#include <string>

#include "absl/strings/cord.h"

#include "agent/base/strings.h"

namespace tailrace {
namespace {

// The same as that of agent/lang/syntax_error.cc, which stands a floor higher.
constexpr char kOffsetPayload[] = "tailrace/syntax-error-offset";

}  // namespace

absl::Status PatternError(size_t offset, std::initializer_list<std::string_view> message) {
  const std::string place = std::to_string(offset);
  absl::Status status = absl::InvalidArgumentError(Concat({Concat(message), " at byte ", place}));
  status.SetPayload(kOffsetPayload, absl::Cord(place));
  return status;
}

}  // namespace tailrace
