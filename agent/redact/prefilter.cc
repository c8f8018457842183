#include "agent/redact/prefilter.h"

#include <iterator>

#include "agent/redact/authorization_detector.h"
#include "agent/redact/phone_detector.h"
#include "agent/redact/secret_name.h"
#include "agent/redact/ssn_detector.h"

namespace tailrace {
namespace {

struct ClueUse {
  Clues clues;  // Any of them.
  Detector detector;
};
constexpr ClueUse kUses[] = {
    {kClueAt | kClueEncodedAt, Detector::kEmail},
    {kClueCardDigits, Detector::kCreditCard},
    {kClueIban, Detector::kIban},
    {kClueSsn | kClueSsnName, Detector::kUsSsn},
    {kCluePhone | kCluePhoneName, Detector::kPhone},
    {kClueIpv4, Detector::kIpv4},
    {kClueIpv6, Detector::kIpv6},
    {kClueJwt, Detector::kJwt},
    {kClueAws | kCluePair, Detector::kAwsKey},
    {kClueGcp, Detector::kGcpKey},
    {kClueGithub, Detector::kGithubKey},
    {kClueSlack, Detector::kSlackKey},
    {kClueStripe, Detector::kStripeKey},
    {kClueAuthorization, Detector::kAuthorization},
    {kCluePrivateKey, Detector::kPrivateKey},
    {kCluePair, Detector::kPassword},
};
// All but kUrlUserinfo, which needs two.
static_assert(std::size(kUses) + 1 == kDetectorCount);

}  // namespace

DetectorSet CandidatesOf(Clues clues) {
  DetectorSet candidates;
  if ((clues & ~kClueBackslash) == 0) return candidates;
  for (const ClueUse& use : kUses) {
    if ((clues & use.clues) != 0) candidates.Add(use.detector);
  }
  if ((clues & kClueUrl) != 0 && (clues & kClueAt) != 0) candidates.Add(Detector::kUrlUserinfo);
  return candidates;
}

DetectorSet FindNameCandidates(std::string_view name) {
  DetectorSet candidates;
  if (name.size() < 2) return candidates;
  if (ClassifyName(name) != SecretName::kNone) candidates.Add(Detector::kPassword);
  if (IsAwsSecretName(name)) candidates.Add(Detector::kAwsKey);
  if (IsAuthorizationName(name)) candidates.Add(Detector::kAuthorization);
  if (IsPhoneName(name)) candidates.Add(Detector::kPhone);
  if (IsSsnName(name)) candidates.Add(Detector::kUsSsn);
  return candidates;
}

}  // namespace tailrace
