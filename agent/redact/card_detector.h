// Finds the numbers of payment cards, in one run or in the groups that are printed on the card with
// spaces or dashes between them.
//
// A number that an issuer's range, its length and Luhn's check digit allow is a card, whatever it
// really is: one in ten numbers passes the check digit alone. Lengths that are hardly in use (12 to
// 15 digits but for American Express and Diners) need a name such as "card" before them.
//
// Threads    Any.
// Cost       Linear.
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindCreditCards(const NamedText& subject, Findings& findings);

}  // namespace tailrace
