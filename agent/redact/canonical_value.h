// The canonical form of a secret, so that it has one hash however it was written.
//
//   email         lower case; %40 and %2B are '@' and '+'
//   credit_card   its digits
//   iban          capitals and digits
//   us_ssn        its digits
//   phone         its digits, without the "(0)" of +49 (0)89 and the 00 that stands for '+'; one of
//                 ten digits as North America writes it gets its country's 1
//   ipv6          eight groups of four small hex digits; an IPv4 address in it stays in groups
//   private_key   without blanks, line breaks and the spelling of those
//   all others    as it is
//
// Threads    Any.
#pragma once

#include <string>
#include <string_view>

#include "agent/redact/finding.h"

namespace tailrace {

std::string CanonicalValue(std::string_view secret, RuleIndex rule);

}  // namespace tailrace
