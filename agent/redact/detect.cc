#include "agent/redact/detect.h"

#include <iterator>

#include "agent/redact/address_detector.h"
#include "agent/redact/authorization_detector.h"
#include "agent/redact/card_detector.h"
#include "agent/redact/email_detector.h"
#include "agent/redact/iban_detector.h"
#include "agent/redact/jwt_detector.h"
#include "agent/redact/pair_detector.h"
#include "agent/redact/phone_detector.h"
#include "agent/redact/private_key_detector.h"
#include "agent/redact/service_key_detector.h"
#include "agent/redact/ssn_detector.h"
#include "agent/redact/userinfo_detector.h"

namespace tailrace {
namespace {

void FindAwsKeys(const NamedText& subject, Findings& findings) {
  FindAwsAccessKeys(subject, findings);
  FindAwsSecrets(subject, findings);
}

struct DetectorEntry {
  Detector detector;
  void (*find)(const NamedText& subject, Findings& findings);
};
constexpr DetectorEntry kDetectors[] = {
    {Detector::kEmail, FindEmails},
    {Detector::kCreditCard, FindCreditCards},
    {Detector::kIban, FindIbans},
    {Detector::kUsSsn, FindSsns},
    {Detector::kPhone, FindPhones},
    {Detector::kIpv4, FindIpv4},
    {Detector::kIpv6, FindIpv6},
    {Detector::kJwt, FindJwts},
    {Detector::kAwsKey, FindAwsKeys},
    {Detector::kGcpKey, FindGcpKeys},
    {Detector::kGithubKey, FindGithubKeys},
    {Detector::kSlackKey, FindSlackKeys},
    {Detector::kStripeKey, FindStripeKeys},
    {Detector::kAuthorization, FindAuthorizations},
    {Detector::kUrlUserinfo, FindUserinfo},
    {Detector::kPrivateKey, FindPrivateKeys},
    {Detector::kPassword, FindPasswords},
};
static_assert(std::size(kDetectors) == kDetectorCount);

}  // namespace

void Detect(const NamedText& subject, DetectorSet detectors, Findings& findings) {
  for (const DetectorEntry& entry : kDetectors) {
    if (detectors.Has(entry.detector)) entry.find(subject, findings);
  }
}

}  // namespace tailrace
