#include "agent/base/status.h"

#include <cerrno>
#include <cstring>
#include <string>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

absl::StatusCode CodeOf(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EEXIST:
    case EADDRINUSE:
      return absl::StatusCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
    case EXDEV:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EDQUOT:
      return absl::StatusCode::kResourceExhausted;
    case EINVAL:
    case ENAMETOOLONG:
    case ELOOP:
      return absl::StatusCode::kInvalidArgument;
    case EAGAIN:
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status ErrnoStatus(int error_number, std::string_view action) {
  const char* name = strerrorname_np(error_number);
  std::string message(action);
  message += ": ";
  message += name != nullptr ? name : "errno " + std::to_string(error_number);
  message += " (";
  message += strerrordesc_np(error_number) != nullptr ? strerrordesc_np(error_number) : "unknown";
  message += ")";
  return absl::Status(CodeOf(error_number), ToAbsl(message));
}

absl::Status Annotate(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  std::string message(context);
  message += ": ";
  message += FromAbsl(status.message());
  return absl::Status(status.code(), ToAbsl(message));
}

}  // namespace tailrace
