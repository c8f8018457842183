// What a rehearsal saw, for people or as JSON.
//
//   kJson: an object a record
//   {"line":N,"stages":[{"stage":S,"applied":B,"why":S,"changed":[S],"ns":N}],
//    "document":{...} or null,"sinks":[{"sink":S,"destination":S}]}
//
// A record that several pipelines take is one record: its stages are those of all of them, and
// `document` is what the first sink gets. What goes to a sink's dead letters has the destination
// "dead_letters".
//
// Threads    Any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/pipeline/rehearsal.h"

namespace tailrace {

enum class ExplanationStyle : uint8_t { kPlain, kColour, kJson };

std::string RenderExplanation(const Config& config, const std::vector<RehearsedRecord>& records,
                              ExplanationStyle style);

}  // namespace tailrace
