#include "agent/event/segment.h"

namespace tailrace {

const char* SkipReasonName(SkipReason reason) {
  switch (reason) {
    case SkipReason::kSparseHole:
      return "sparse_hole";
    case SkipReason::kStartAt:
      return "start_at";
    case SkipReason::kTruncated:
      return "truncated";
    case SkipReason::kDeletedUnread:
      return "deleted_unread";
    case SkipReason::kReadError:
      return "read_error";
  }
  return "unknown";
}

}  // namespace tailrace
