#include "parsers/formats/logfmt_format.h"

#include "parsers/formats/logfmt_scan.h"
#include "parsers/formats/parse_each.h"

namespace tailrace {

void LogfmtFormat::Parse(std::span<ParseJob> jobs, ByteArena& arena) {
  ParseEach(jobs, [&](std::string_view text, FieldList& fields) {
    RepeatedNames names(fields);
    if (!ScanLogfmt(text, {}, names, fields, arena)) return false;
    names.Finish(fields, arena);
    return true;
  });
}

}  // namespace tailrace
