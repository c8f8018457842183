// The prefilter tells which detectors may find something in a text, so that a text without secrets
// costs one pass with SIMD and no detector.
//
// Invariants  What a detector finds, the prefilter has named that detector for.
// Threads     Any.
// Cost        See clue_kernels.h; FindNameCandidates about 30 ns.
#pragma once

#include <string_view>

#include "agent/redact/clue.h"
#include "agent/redact/detector.h"

namespace tailrace {

// By what stands in the text.
DetectorSet CandidatesOf(Clues clues);

// By the name of the field that the text is the value of.
DetectorSet FindNameCandidates(std::string_view name);

}  // namespace tailrace
