// Runs detectors over a text, each for itself.
//
// Threads    Any.
// Cost       Linear in the text, a pass for each detector; prefilter.h says which are worth it.
#pragma once

#include "agent/redact/detector.h"
#include "agent/redact/finding.h"

namespace tailrace {

// Appends what the detectors of `detectors` find, ordered by detector. Findings may overlap.
void Detect(const NamedText& subject, DetectorSet detectors, Findings& findings);

}  // namespace tailrace
