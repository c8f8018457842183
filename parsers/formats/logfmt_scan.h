// ScanLogfmt reads the pairs of a logfmt text.
//
//   text   := blank* pair (blank+ (pair | key))* blank*
//   pair   := key '=' [bare | quoted]
//   key    := bytes above the blank but '=' and '"'
//   bare   := bytes above the blank, the first no '"'
//   quoted := '"' ... '"', see quoted_text.h
//   blank  := bytes up to the blank
//
// Threads    Any.
// Failure    What is not of the grammar is refused. So is a text that does not begin with a pair,
//            which is what keeps prose ("cannot open a=b") from being taken for logfmt.
#pragma once

#include <string_view>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "parsers/formats/repeated_names.h"

namespace tailrace {

struct LogfmtRules {
  bool bare_keys = true;  // A key without '=' is true.
};

// Appends to `fields`, also before it refuses. `names` knows of what stands in `fields`; Finish is
// the caller's.
[[nodiscard]] bool ScanLogfmt(std::string_view text, LogfmtRules rules, RepeatedNames& names,
                              FieldList& fields, ByteArena& arena);

}  // namespace tailrace
