// LogfmtFormat takes logfmt apart, as Heroku, Go's loggers and Grafana write it:
//
//   level=info msg="Stopping all fetchers" took=3ms cached
//   ->  level: "info", msg: "Stopping all fetchers", took: "3ms", cached: true
//
// The grammar stands in logfmt_scan.h. Values stay text; a repeated key becomes an array.
//
// Threads    One worker's, as every Format.
// Cost       About 15 ns a pair (bench/formats_bench).
#pragma once

#include <span>

#include "parsers/format.h"

namespace tailrace {

class LogfmtFormat final : public Format {
 public:
  void Parse(std::span<ParseJob> jobs, ByteArena& arena) override;
};

}  // namespace tailrace
