// Loads the map of a stage `redact`:
//
//   redact:
//     detect: [email, credit_card]        # or all
//     patterns: [{name: employee, regex: 'E[0-9]{6}'}]
//     fields: [message, user.mail]        # the whole record when there are none
//     action: mask | remove | hash
//     keep_last: 4                        # of mask
//     key: "${file:/etc/tailrace/redact.key}"
//     key_id: k1
//
// Threads    Not thread-safe.
// Failure    What is wrong is added to the diagnostics; a hash with the published key, or a short
//            one, is a warning.
#pragma once

#include <optional>

#include "agent/config/map_reader.h"
#include "agent/redact/redact_options.h"

namespace tailrace {

// nullopt when something is wrong.
std::optional<RedactOptions> LoadRedact(LoadContext& context, const YamlNode& node);

}  // namespace tailrace
