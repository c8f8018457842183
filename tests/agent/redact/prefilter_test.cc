// The prefilter names every detector that finds something, whichever processor it runs on.
#include "agent/redact/prefilter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "agent/redact/clue_kernels.h"
#include "agent/redact/detect.h"
#include "tests/agent/redact/labelled/labelled_set.h"

namespace tailrace {
namespace {

DetectorSet Candidates(const NamedText& subject, const ClueKernel& kernel) {
  DetectorSet candidates = CandidatesOf(kernel.find(subject.text));
  candidates |= FindNameCandidates(subject.name);
  return candidates;
}

// All detectors find nothing but what those find that the prefilter names.
void ExpectNothingMissed(const NamedText& subject) {
  Findings all;
  Detect(subject, DetectorSet::All(), all);
  DetectorSet found;
  for (const Finding& finding : all) found.Add(static_cast<Detector>(finding.rule));
  // Exactly as long as the text, so that a sanitizer sees what is read beyond it.
  const std::vector<char> copy(subject.text.begin(), subject.text.end());
  const NamedText copied = {{copy.data(), copy.size()}, subject.name};
  for (const ClueKernel* kernel : SupportedClueKernels()) {
    ASSERT_TRUE(Candidates(copied, *kernel).Contains(found))
        << kernel->name << ": " << subject.name << "=" << subject.text;
  }
}

TEST(Prefilter, MissesNothingOfTheLabelledSet) {
  for (const auto& lines : {MakeHits(), MakeNearMisses()}) {
    for (const LabelledLine& line : lines) ExpectNothingMissed({line.text, ""});
  }
}

TEST(Prefilter, MissesNothingWhereverItStandsInTheText) {
  const std::vector<LabelledLine> lines = MakeHits();
  for (size_t i = 0; i < lines.size(); i += 7) {
    const size_t shift = i / 7 % 70;
    ExpectNothingMissed({std::string(shift, ' ') + lines[i].text, ""});
    ExpectNothingMissed({std::string(shift, '.') + lines[i].text + std::string(shift, ' '), ""});
  }
}

// What the detectors look for, to be put together at random.
constexpr std::string_view kPieces[] = {"4111111111111111",
                                        "4111 1111 1111 1111",
                                        "37",
                                        "1234",
                                        "5",
                                        "12",
                                        "123",
                                        "-",
                                        " ",
                                        ".",
                                        ":",
                                        "::",
                                        "@",
                                        "%40",
                                        "a",
                                        "b",
                                        "example",
                                        ".com",
                                        "10.0.0.1",
                                        "1.2",
                                        ".3.4",
                                        "fe80::1",
                                        "::ffff:",
                                        "password",
                                        "pass",
                                        "wd",
                                        "_",
                                        "key",
                                        "api",
                                        "token",
                                        "secret",
                                        "=",
                                        ": ",
                                        "\"",
                                        "'",
                                        "\\\"",
                                        "\\",
                                        "<",
                                        ">",
                                        "--",
                                        "eyJ",
                                        "eyJhbGciOiJub25lIn0",
                                        ".eyJzdWIiOiIxIn0",
                                        "AKIA",
                                        "ASIA",
                                        "IOSFODNN7EXAMPLE",
                                        "AIza",
                                        "ghp_",
                                        "github_pat_",
                                        "xoxb-",
                                        "1234567890-abcdefghijklmnop",
                                        "hooks.slack.com/services/",
                                        "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
                                        "sk_live_",
                                        "whsec_",
                                        "abcdefghijklmnopqrstuvwxyz0123456789",
                                        "authorization",
                                        "Authorization: ",
                                        "Bearer ",
                                        "basic ",
                                        "YWRhOmh1bnRlcjI=",
                                        "https://",
                                        "user:pw",
                                        "-----BEGIN ",
                                        "RSA PRIVATE KEY-----",
                                        "+49",
                                        "+1",
                                        "(415)",
                                        "555-0100",
                                        "phone",
                                        "tel",
                                        "fax",
                                        "mobile",
                                        "ssn",
                                        "SSN",
                                        "social security number",
                                        "123-45-6789",
                                        "DE89370400440532013000",
                                        "GB82 WEST",
                                        "\n",
                                        "\t",
                                        "\xc3\xbc",
                                        "\xff",
                                        ",",
                                        ";",
                                        "}",
                                        "{",
                                        "[",
                                        "]",
                                        "&",
                                        "0",
                                        "00",
                                        "x",
                                        "X"};
constexpr std::string_view kNames[] = {"",
                                       "message",
                                       "phone",
                                       "hotel",
                                       "ssn",
                                       "api_key",
                                       "pwd",
                                       "x-pass",
                                       "token",
                                       "Authorization",
                                       "secret_access_key",
                                       "tel",
                                       "password 2",
                                       "social.security"};

TEST(Prefilter, MissesNothingInHostileText) {
  std::minstd_rand random(7);
  for (int i = 0; i < 60000; ++i) {
    std::string text;
    for (size_t left = random() % 12 + 1; left > 0; --left) {
      text += kPieces[random() % std::size(kPieces)];
    }
    ExpectNothingMissed({text, kNames[random() % std::size(kNames)]});
  }
}

TEST(Prefilter, MissesNothingInRandomBytes) {
  constexpr std::string_view kAlphabet = "0123456789 -.:+()@abcdefkenpastylx_=\"'AKIB%/\\";
  std::minstd_rand random(8);
  for (int i = 0; i < 30000; ++i) {
    std::string text;
    for (size_t left = random() % 90; left > 0; --left) {
      text += kAlphabet[random() % (i % 3 == 0 ? 16 : kAlphabet.size())];
    }
    ExpectNothingMissed({text, i % 5 == 0 ? "phone" : ""});
  }
}

TEST(Prefilter, KernelsAgree) {
  std::minstd_rand random(9);
  for (const LabelledLine& line : MakeNearMisses()) {
    const std::string text = line.text.substr(random() % line.text.size());
    const Clues expected = SupportedClueKernels().back()->find(text);
    for (const ClueKernel* kernel : SupportedClueKernels()) {
      ASSERT_EQ(kernel->find(text), expected) << kernel->name << ": " << text;
    }
  }
}

TEST(Prefilter, OrdinaryLinesHaveNoCandidates) {
  const std::string_view lines[] = {
      "",
      "order 17 shipped",
      "request completed in 12.345 ms, 200 rows, user=17",
      "2026-01-02T03:04:05.678901234Z INFO cache miss, key 4 of 5",
      "ts=1714567890123 trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7",
      "time=2026-01-02 03:04:05,123 +02:00 level=info",
      "upgraded 1.2.3 to 1.2.4 at 12:34:56",
      "token expired; password required; key missing",
      "GET /api/v1/orders/42 HTTP/1.1 200",
      "The basics: keyboards, compass, secretary, hotel",
  };
  for (const ClueKernel* kernel : SupportedClueKernels()) {
    for (const std::string_view line : lines) {
      DetectorSet candidates = CandidatesOf(kernel->find(line));
      for (size_t i = 0; i < kDetectorCount; ++i) {
        // A word such as "hotel" asks for the detector of telephone numbers, which is no harm.
        const auto detector = static_cast<Detector>(i);
        if (detector == Detector::kPhone) continue;
        EXPECT_FALSE(candidates.Has(detector)) << DetectorName(detector) << ": " << line;
      }
    }
  }
}

}  // namespace
}  // namespace tailrace
