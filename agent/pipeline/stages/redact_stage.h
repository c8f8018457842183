// `redact` takes secrets out of the fields of records (agent/redact/redactor.h), and out of the
// text that stands for a record where that is not valid UTF-8.
//
// It works on records that go to the dead letters, too. Of a record that a parser has refused, the
// text is redacted whole, also where only certain fields are to be: it is what they would have been
// found in.
//
// Threads    See StageMaker.
#pragma once

#include "agent/pipeline/stages/stage.h"
#include "agent/redact/redactor.h"

namespace tailrace {

StageMaker RedactStage(Redactor redactor);

}  // namespace tailrace
