// Formats of secrets as programs write them, and what resembles them, one by one: what the labelled
// set makes from patterns stands here as whole lines. A finding stands between » and «.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/redact/detect.h"

namespace tailrace {
namespace {

struct Marked {
  Detector detector;
  std::string_view line;
};

class Format : public testing::TestWithParam<Marked> {};

TEST_P(Format, IsFoundAsMarked) {
  constexpr std::string_view kOpen = "\xc2\xbb", kClose = "\xc2\xab";
  const std::string_view marked = GetParam().line;
  std::string text, found;
  for (size_t i = 0; i < marked.size(); ++i) {
    const std::string_view mark = marked.substr(i, 2);
    if (mark == kOpen || mark == kClose) {
      ++i;
    } else {
      text += marked[i];
    }
  }
  Findings findings;
  Detect({text, ""}, DetectorSet{GetParam().detector}, findings);
  size_t copied = 0;
  for (const Finding& finding : findings) {
    if (finding.begin < copied) continue;  // Found by two of its rules.
    found += text.substr(copied, finding.begin - copied);
    found += kOpen;
    found += text.substr(finding.begin, finding.end - finding.begin);
    found += kClose;
    copied = finding.end;
  }
  EXPECT_EQ(found + text.substr(copied), marked);
}

constexpr Marked kFormats[] = {
    Marked{Detector::kIpv4, R"(server: »10.0.0.1« is down)"},
    Marked{Detector::kIpv4, R"(server=»10.1.2.3« driver=»10.1.2.4«)"},
    Marked{Detector::kIpv4, R"(connection »10.0.0.1«:5432 closed)"},
    Marked{Detector::kIpv4, R"(receiver »192.168.1.20«)"},
    Marked{Detector::kIpv4, R"(range »10.0.0.1«-»10.0.0.9«)"},
    Marked{Detector::kIpv4, R"(app_version=1.2.3.4 driver_rev 1.2.3.4 v1.2.3.4)"},
    Marked{Detector::kIpv4, R"(Chrome/124.0.0.0 and 1.2.3.4.5)"},
    Marked{Detector::kIpv6, R"(from »fe80::1«%eth0)"},
    Marked{Detector::kIpv6, R"(»::1« - - [02/May/2024:10:00:00 +0000])"},
    Marked{Detector::kIpv6, R"(peer [»::ffff:10.0.0.1«]:443)"},
    Marked{Detector::kIpv6, R"(std::vector<int>::push_back at 12:34:56)"},
    Marked{Detector::kPhone, R"(hotel: 4155550 intel 41555501234)"},
    Marked{Detector::kPhone, R"(home_tel: »4155550100«)"},
    Marked{Detector::kPhone, R"(telephone: »020 7946 0958«)"},
    Marked{Detector::kPhone, R"(telefonnummer=»030 1234567«)"},
    Marked{Detector::kPhone, R"(call »+1 (415) 555-0100« or »(415) 555-0100« or »415.555.0100«)"},
    Marked{Detector::kPhone, R"(time 2026-01-02T03:04:05.123456789+02:00 offset +1024)"},
    Marked{Detector::kCreditCard, R"(span 4111111111111 timespan: 4222222222222)"},
    Marked{Detector::kCreditCard, R"({"amex":"»3782 822463 10005«"})"},
    Marked{Detector::kCreditCard,
           R"(ts=1714567890123456789 trace=4bf92f3577b34da6a3ce929d0e0e4736)"},
    Marked{Detector::kCreditCard, R"(order 4111111111111112)"},
    Marked{Detector::kIban, R"(IBAN »DE89 3704 0044 0532 0130 00«, GB82 WEST 1234 5698 7654 33)"},
    Marked{Detector::kEmail, R"(to=<»first.last+tag@sub.example.co.uk«>)"},
    Marked{Detector::kEmail, R"(npm i lodash@4.17.21 from git@github.com:acme/shop.git)"},
    Marked{Detector::kPassword,
           R"(AccountKey=»Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==«;EndpointSuffix=core.windows.net)"},
    Marked{Detector::kPassword, R"(SECRET_KEY_BASE=»0123456789abcdef0123456789abcdef«)"},
    Marked{Detector::kPassword, R"({\"db_password\":\"»hunter2«\"})"},
    Marked{Detector::kPassword, R"(GET /cb?access_token=»abc123«&state=1)"},
    Marked{Detector::kPassword,
           R"(monkey=banana key=4 cache_key=cart:17 next_page_token=abc123def)"},
    Marked{Detector::kAuthorization, R"(Authorization: Bearer »abc.def-123456789012«)"},
    Marked{Detector::kAuthorization, R"({"authorization":"Basic »YWRhOmh1bnRlcjI=«"})"},
    Marked{Detector::kAuthorization, R"(basic checks passed, bearer of news)"},
    Marked{Detector::kUrlUserinfo, R"(redis://»:hunter2«@cache:6379/0)"},
    Marked{Detector::kUrlUserinfo, R"(https://example.com/@ada?x=a@b.com)"},
};

INSTANTIATE_TEST_SUITE_P(Lines, Format, testing::ValuesIn(kFormats));

}  // namespace
}  // namespace tailrace
