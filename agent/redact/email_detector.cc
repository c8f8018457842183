#include "agent/redact/email_detector.h"

#include <algorithm>
#include <string_view>

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

constexpr size_t kMaxLocal = 64;
constexpr size_t kMaxDomain = 253;
constexpr size_t kMaxUserinfo = 256;

// ISO 3166-1, with what the root zone has beside it.
constexpr std::string_view kCountries =
    "acadaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjbmbnbobrbsbtbwbybzcacccdcfcgchcickclcmcn"
    "cocrcucvcwcxcyczdedjdkdmdodzeceeegereseteufifjfkfmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgy"
    "hkhmhnhrhthuidieiliminioiqirisitjejmjojpkekgkhkikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdme"
    "mgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzompapepfpgphpkplpmpnprpsptpwpyqa"
    "rerorsrurwsasbscsdsesgshsiskslsmsnsosrssstsusvsxsysztctdtftgthtjtktltmtntotrtttvtwtzuaugukus"
    "uyuzvavcvevgvivnvuwfwsyeytzazmzw";

// What ends in these is a file, a unit of systemd or a package, whoever sells the domain.
constexpr std::string_view kNotDomains[] = {
    "service", "socket", "mount", "target", "timer", "slice", "scope",     "device", "path", "swap",
    "png",     "jpg",    "jpeg",  "gif",    "svg",   "webp",  "ico",       "css",    "scss", "json",
    "yaml",    "yml",    "xml",   "html",   "htm",   "txt",   "log",       "csv",    "zip",  "tar",
    "tgz",     "jar",    "war",   "exe",    "dll",   "lock",  "conf",      "cfg",    "ini",  "toml",
    "map",     "woff",   "ttf",   "pdf",    "java",  "class", "automount", "patch",  "diff", "tmp"};

// A byte of a letter beyond ASCII, of those that are written in two bytes: Latin to Arabic. What
// takes three is punctuation or a script without spaces, where no address would end.
bool IsAccented(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0xc3 && byte <= 0xdf) || (byte >= 0x80 && byte < 0xc0);
}
bool IsLocalByte(char c) {
  return IsAlphanumeric(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' ||
         IsAccented(c);
}
bool IsDomainByte(char c) { return IsAlphanumeric(c) || c == '-' || c == '.' || IsAccented(c); }

int HexValue(char c) { return IsDigit(c) ? c - '0' : ToLower(c) - 'a' + 10; }

// Behind the last escape of a URL that stands for no byte of a local part ("%3Cada").
size_t SkipEscapes(std::string_view text, size_t begin, size_t end) {
  for (size_t i = begin; i + 2 < end; ++i) {
    if (text[i] != '%' || !IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2])) continue;
    const char c = static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
    if (!IsLocalByte(c)) begin = i + 3;
  }
  return begin;
}

size_t LocalBegin(std::string_view text, size_t at) {
  size_t begin = RunBegin(text, at, IsLocalByte, kMaxLocal);
  begin = SkipEscapes(text, begin, at);
  while (begin < at && !IsAlphanumeric(text[begin]) && text[begin] != '_' &&
         !(static_cast<unsigned char>(text[begin]) >= 0xc3)) {
    ++begin;
  }
  return begin;
}

bool IsTopLevel(std::string_view label) {
  if (label.size() < 2) return false;
  if (StartsWithNoCase(label, "xn--")) return true;
  if (!std::all_of(label.begin(), label.end(), IsLetter)) {
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return IsLetter(c) || IsAccented(c); });
  }
  if (label.size() > 2) {
    return std::none_of(std::begin(kNotDomains), std::end(kNotDomains),
                        [label](std::string_view word) { return EqualsNoCase(label, word); });
  }
  for (size_t i = 0; i + 1 < kCountries.size(); i += 2) {
    if (EqualsNoCase(label, kCountries.substr(i, 2))) return true;
  }
  return false;
}

// The end of the domain that begins at `begin`, or `begin` when there is none.
size_t DomainEnd(std::string_view text, size_t begin) {
  size_t end = RunEnd(text, begin, IsDomainByte, kMaxDomain);
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const size_t double_dot = text.substr(begin, end - begin).find("..");
  if (double_dot != std::string_view::npos) end = begin + double_dot;
  while (end > begin) {
    const size_t dot = text.substr(begin, end - begin).rfind('.');
    if (dot == std::string_view::npos || dot == 0) return begin;
    const size_t label = begin + dot + 1;
    if (IsTopLevel(text.substr(label, end - label))) return end;
    // "ada@example.com-2024": what is tacked on with a dash is no part of it.
    const size_t dash = text.substr(label, end - label).find('-');
    if (dash == std::string_view::npos) return begin;
    end = label + dash;
  }
  return begin;
}

// Whether what ends at `end` is the user of a URL: nothing but a user's bytes back to "://".
bool IsInUserinfo(std::string_view text, size_t end) {
  const size_t begin = RunBegin(
      text, end,
      [](char c) {
        return !IsSpace(c) && c != '/' && c != '?' && c != '#' && c != '"' && c != '<' && c != '>';
      },
      kMaxUserinfo);
  return begin >= 3 && text.substr(begin - 3, 3) == "://";
}

void AddEmail(std::string_view text, size_t at, size_t domain, Findings& findings) {
  const size_t begin = LocalBegin(text, at);
  if (begin == at || text[at - 1] == '.') return;
  const size_t end = DomainEnd(text, domain);
  if (end == domain || IsAlphanumeric(ByteAt(text, end)) || IsInUserinfo(text, begin)) return;
  const char after = ByteAt(text, end + 1);
  const bool is_path =
      ByteAt(text, end) == ':' && (IsLetter(after) || after == '/' || after == '~');
  if (is_path && text.substr(begin, at - begin) == "git") return;
  findings.emplace_back(begin, end, Detector::kEmail);
}

}  // namespace

void FindEmails(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  for (size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    AddEmail(text, at, at + 1, findings);
  }
  for (size_t at = text.find("%40"); at != std::string_view::npos; at = text.find("%40", at + 3)) {
    AddEmail(text, at, at + 3, findings);
  }
}

}  // namespace tailrace
