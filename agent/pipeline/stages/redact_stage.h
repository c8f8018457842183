// `redact` takes secrets out of the fields of records (agent/redact/redactor.h), and out of the
// text that stands for a record where that is not valid UTF-8.
//
// Threads    See StageMaker.
#pragma once

#include "agent/pipeline/stages/stage.h"
#include "agent/redact/redactor.h"

namespace tailrace {

StageMaker RedactStage(Redactor redactor);

}  // namespace tailrace
