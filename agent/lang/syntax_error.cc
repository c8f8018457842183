#include "agent/lang/syntax_error.h"

#include <charconv>
#include <string>

#include "absl/strings/cord.h"
#include "absl/types/optional.h"

#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr char kOffsetPayload[] = "tailrace/syntax-error-offset";

}  // namespace

absl::Status SyntaxError(size_t offset, std::initializer_list<std::string_view> message) {
  absl::Status status = absl::InvalidArgumentError(Concat(message));
  status.SetPayload(kOffsetPayload, absl::Cord(std::to_string(offset)));
  return status;
}

size_t SyntaxErrorOffset(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kOffsetPayload);
  if (!payload.has_value()) return 0;
  const std::string digits(*payload);
  size_t offset = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  return error == std::errc() ? offset : 0;
}

}  // namespace tailrace
