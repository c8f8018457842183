// The parts of a syslog message of RFC 3164, as they are found in the wild.
//
//   time := month ' ' day ' ' [year ' '] clock | year ' ' month ' ' day ' ' clock
//   day  := digit | ' ' digit | digit digit        clock := HH:MM:SS[.digits]
//
// Threads    Any.
#pragma once

#include "agent/event/field.h"

namespace tailrace {

// The time at `at` with what Cisco puts around it, and the blank behind; returns what follows, or
// nullptr when there is no time. Appends "timestamp".
const char* ReadLegacyTime(const char* at, const char* end, FieldList& fields);

// Host, tag and message, of which only the message must be there. Appends "hostname", "appname",
// "procid" and "message".
void ReadLegacyContent(const char* at, const char* end, FieldList& fields);

}  // namespace tailrace
