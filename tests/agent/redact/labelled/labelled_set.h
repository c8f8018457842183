// The labelled set: lines as logs hold them, with every secret in them marked. It was written
// before the detectors that are measured by it, so that it says what they ought to do and not what
// they do.
//
// What counts as a hit is decided here: the credentials behind the scheme of an authorization
// header, the value of a pair without its quotes, all that stands between "://" and "@" in a URL, a
// PEM block from its first dash to its last, an address without port, prefix length and zone.
//
// Invariants  The same lines at every call, on every machine.
#pragma once

#include <string_view>
#include <vector>

#include "tests/agent/redact/labelled/labelled_line.h"

namespace tailrace {

// The names of the detectors, as configs will call them.
inline constexpr std::string_view kLabelledDetectors[] = {
    "email",      "credit_card",   "iban",         "us_ssn",      "phone",      "ipv4",
    "ipv6",       "jwt",           "aws_key",      "gcp_key",     "github_key", "slack_key",
    "stripe_key", "authorization", "url_userinfo", "private_key", "password"};

std::vector<LabelledLine> MakeHits();        // Each line holds at least one secret.
std::vector<LabelledLine> MakeNearMisses();  // None holds one.

}  // namespace tailrace
