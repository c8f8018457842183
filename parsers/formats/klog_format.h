// KlogFormat takes apart what Kubernetes' components write (klog, and glog before it):
//
//   I0505 17:59:40.692994   28133 klog.go:70] hello from klog
//   ->  level: "info", timestamp: "0505 17:59:40.692994", id: 28133, file: "klog.go", line: 70,
//       message: "hello from klog"
//
//   I0505 17:59:40.692994       1 status.go:12] "Pod status updated" pod="kube-system/dns" ready=1
//   ->  ..., message: "Pod status updated", pod: "kube-system/dns", ready: "1"
//
// `timestamp` is as it was written; the layout "klog" of TimeLayout reads it. glog's year in front
// of the month (20210505) is taken as well. `level` is info, warning, error or fatal. Blanks around
// the text and the message are left out.
//
// The pairs of a structured message become fields when all of them are pairs and none has a name
// twice or one of the names above; else the message stays whole.
//
// Threads    One worker's, as every Format.
#pragma once

#include <span>

#include "parsers/format.h"

namespace tailrace {

class KlogFormat final : public Format {
 public:
  void Parse(std::span<ParseJob> jobs, ByteArena& arena) override;
};

}  // namespace tailrace
