// A ReaderReload is what a reload of the config means for the reader: the sources as they are from
// now on. The reader lets go of the files that no source asks for any more, tells every worker
// that the next epoch begins, and looks for what the new sources ask for.
//
// Threads    Made by the control thread, used by the reader.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "agent/tail/tail_options.h"

namespace tailrace {

enum class SourceFate : uint8_t {
  kKept,     // As it was, or in ways that do not decide which files it has.
  kChanged,  // It may have other files, or other labels.
  kAdded,    // It is new, or comes back.
  kRemoved,
};

struct SourceReload {
  SourceFate fate = SourceFate::kKept;
  TailSourceOptions options;  // kRemoved: as they were.
};

struct ReaderReload {
  uint64_t epoch = 0;
  std::vector<SourceReload> sources;  // By SourceId; at least as many as before.
  SelectFn select;
};

using ReaderReloadPtr = std::unique_ptr<ReaderReload>;

}  // namespace tailrace
