// Status macros and helpers: the one error type of the control plane and of per-batch code.
//
//   RETURN_IF_ERROR(store.Commit());
//   ASSIGN_OR_RETURN(UniqueFd fd, OpenBeneath(root, path));
//
// Threads    Any.
// Failure    A message says what was tried and on what: "open /var/log/a: EACCES".
#pragma once

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tailrace {

// "ACTION: ERRNO_NAME (text)" with the code that fits `error_number` (ENOENT -> kNotFound, EACCES
// and EPERM -> kPermissionDenied, ENOSPC and EMFILE -> kResourceExhausted, others -> kInternal).
absl::Status ErrnoStatus(int error_number, std::string_view action);

// `status` with "CONTEXT: " before its message; OK stays OK.
absl::Status Annotate(const absl::Status& status, std::string_view context);

}  // namespace tailrace

#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (absl::Status _status = (expression); !_status.ok()) return _status; \
  } while (false)

#define TAILRACE_CONCAT_INNER(a, b) a##b
#define TAILRACE_CONCAT(a, b) TAILRACE_CONCAT_INNER(a, b)
#define ASSIGN_OR_RETURN(lhs, expression) \
  ASSIGN_OR_RETURN_AS(TAILRACE_CONCAT(_status_or_, __LINE__), lhs, expression)
#define ASSIGN_OR_RETURN_AS(result, lhs, expression)   \
  auto result = (expression);                          \
  if (!result.ok()) return std::move(result).status(); \
  lhs = *std::move(result)
