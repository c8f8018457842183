// Every pattern of the library, as its scanner and as RE2 run it, on lines that they are made for,
// mutations of those, and noise.
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "parsers/patterns/embedded_files.h"
#include "parsers/patterns/pattern_library.h"

namespace tailrace {
namespace {

constexpr std::string_view kLines[] = {
    R"L(192.0.2.7 - frank [02/Jan/2026:03:04:05 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://shop.example/" "curl/8.5 (x)")L",
    R"L(2001:db8::7 - - [02/Jan/2026:03:04:05 +0000] "-" 400 - "-" "-")L",
    R"L(Jan  2 03:04:05 web-1 sshd[4711]: Failed password for root from 192.0.2.9 port 53122 ssh2)L",
    R"L(<34>1 2026-01-02T03:04:05.678Z shop.example su 77 ID47 [a@1 b="c\"]d"] 'su root' failed)L",
    R"L([Fri Jan 02 03:04:05.678901 2026] [core:error] [pid 31:tid 140] (13)Permission denied: [client 192.0.2.1:44] AH00035: access denied)L",
    R"L(Jan  2 03:04:05 lb haproxy[28]: 192.0.2.5:397 [02/Jan/2026:03:04:05.633] front back/srv1 0/51/1/48/+99 200 832 - - ---- 8/7/6/1/0 0/6 {a|b} {c} "GET http://u@h:80/p?q HTTP/1.1")L",
    "1.5\tCx\t192.0.2.1\t52\t192.0.2.2\t80\t4\tPOST\th\t/"
    "u\tr\tua\t2\t3\t200\tOK\t-\t-\t-\t(empty)\t-\t-\t-\t-\tF\tx/y\t-",
    R"L([1427925600] SERVICE ALERT: host;svc;CRITICAL;SOFT;2;timed out; after 10s)L",
    R"L(%ASA-4-106023: Deny tcp src outside:192.0.2.1/50240(u) dst inside:192.0.2.2/23 (type 3, code 1) by access-group "G" [0x5, 0x0])L",
    "02-Jan-2026 03:04:05.277 SEVERE [main] a.b.C.d Failed\n\tat a.b.C.d(C.java:77)\n",
    R"L(2026-01-02 03:04:05 [14] 1Ov4tU-0000Nz-Rm <= a@b.example H=m.example (h) [192.0.2.4]:51 I=[192.0.2.5]:25 P=esmtps S=217 id=3@b T="Re: \"x\"" for c@d.example)L",
    R"L(1525334330.556      3 192.0.2.1 TCP_MISS/200 2014 GET http://h/x - DIRECT/h text/plain)L",
    R"L(D, [2026-01-02T03:04:05.321744 #11479] DEBUG -- : mcollectived:33 started)L",
    "10-01-2026 03:04 dir JobId 5: Using Device \"FileStorage\"",
    "\xff\xfe \xc3\xa4\xc3 \"\\\" ''``[]{}()<>",
    "::1 fe80::1%eth0 1:2:3:4:5:6:7:8 ::ffff:1.2.3.4 255.255.255.256 00:1b:44:11:3a:b7 C:\\a\\b "
    "/a/b\\ c",
};

std::vector<std::string> NamesIn(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty() && line[0] != '#') names.emplace_back(line.substr(0, line.find(' ')));
  }
  return names;
}

class Mutator {
 public:
  std::string Mutated(std::string text) {
    for (uint32_t changes = random_() % 3 + 1; changes > 0 && !text.empty(); --changes) {
      const size_t at = random_() % text.size();
      const size_t length = random_() % 5 + 1;
      switch (random_() % 5) {
        case 0:
          text[at] = Byte();
          break;
        case 1:
          text.erase(at, length);
          break;
        case 2:
          text.insert(at, length, Byte());
          break;
        case 3:
          text.insert(at, text.substr(random_() % text.size(), 3 * length));
          break;
        default:
          text.resize(at);
      }
    }
    return text;
  }

 private:
  char Byte() {
    constexpr std::string_view kLikely = " \t\n\"\\[]:-./0123456789aZ_\xff";
    return random_() % 8 == 0 ? static_cast<char>(random_()) : kLikely[random_() % kLikely.size()];
  }
  std::mt19937 random_{11};
};

std::string Answer(const LinePattern& pattern, std::string_view text) {
  std::vector<std::string_view> values(pattern.captures().size());
  if (!pattern.Match(text, values)) return "no match";
  std::string answer;
  for (const std::string_view value : values) {
    if (value.data() != nullptr) {
      answer += std::to_string(value.data() - text.data()) + "+" + std::to_string(value.size());
    }
    answer += '|';
  }
  return answer;
}

// `pattern`, on its own and over a whole line.
void ExpectAgreement(const PatternLibrary& library, const std::string& name, Mutator& mutator,
                     size_t& scanned) {
  for (const char* frame : {"%{N:all}", "^%{N:all}$", "(?<head>.*?) ?%{N:all}(?<tail> .*)?"}) {
    std::string text = frame;
    text.replace(text.find('N'), 1, name);
    const absl::StatusOr<LinePattern> pattern = library.Compile(text);
    ASSERT_TRUE(pattern.ok()) << pattern.status();
    if (pattern->engine() != PatternEngine::kScanner) {
      if (text.starts_with("%{")) {
        std::cout << name << " runs on RE2: " << pattern->why_re2() << "\n";
      }
      continue;
    }
    ++scanned;
    const LinePattern re2 = pattern->OnRe2();
    for (const std::string_view line : kLines) {
      for (const std::string& candidate : {std::string(line), mutator.Mutated(std::string(line))}) {
        ASSERT_EQ(Answer(*pattern, candidate), Answer(re2, candidate)) << text << "\n" << candidate;
      }
    }
  }
}

TEST(LoweredPatterns, MatchAsRe2Does) {
  Mutator mutator;
  size_t scanned = 0, all = 0;
  const PatternLibrary library = PatternLibrary::BuiltIn(GrokNames::kEcs);
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    const bool of_grok = file.path.starts_with("conf/patterns/");
    if (!of_grok || file.path.find("/legacy/") != std::string_view::npos) continue;
    for (const std::string& name : NamesIn(file.text)) {
      all += 3;
      ASSERT_NO_FATAL_FAILURE(ExpectAgreement(library, name, mutator, scanned)) << file.path;
    }
  }
  std::cout << scanned << " of " << all << " patterns have a scanner\n";
  EXPECT_GT(scanned, all * 3 / 4);
}

}  // namespace
}  // namespace tailrace
