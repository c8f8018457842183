// Finds the keys of services, by the prefixes that their makers gave them:
//
//   aws_key     AKIA..., ASIA... (20 bytes)
//   gcp_key     AIza... (39), GOCSPX-..., ya29. ...
//   github_key  ghp_, gho_, ghu_, ghs_, ghr_, github_pat_
//   slack_key   xoxb-, xoxp- and their like, xapp-, the path of hooks.slack.com/services/
//   stripe_key  sk_, rk_, pk_ with live or test, whsec_
//
// Those of AWS without a prefix are found by their name (pair_detector.h).
//
// Threads    Any.
// Cost       Linear; a search for each prefix.
#pragma once

#include "agent/redact/finding.h"

namespace tailrace {

void FindAwsAccessKeys(const NamedText& subject, Findings& findings);
void FindGcpKeys(const NamedText& subject, Findings& findings);
void FindGithubKeys(const NamedText& subject, Findings& findings);
void FindSlackKeys(const NamedText& subject, Findings& findings);
void FindStripeKeys(const NamedText& subject, Findings& findings);

}  // namespace tailrace
