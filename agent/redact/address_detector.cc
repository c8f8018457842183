#include "agent/redact/address_detector.h"

#include <algorithm>
#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/ip_text.h"
#include "agent/redact/value_name.h"

namespace tailrace {
namespace {

constexpr size_t kMaxIpv6 = 45;
constexpr size_t kMaxProduct = 64;

// "Chrome/124.0.0.0": a product's name begins with a capital and is no host; what has a port is an
// address all the same ("Redis/10.0.0.1:6379").
bool IsProductVersion(std::string_view text, size_t begin, size_t end) {
  if (ByteBefore(text, begin) != '/') return false;
  const size_t name = RunBegin(text, begin - 1, IsNameByte, kMaxProduct);
  const bool port = ByteAt(text, end) == ':' && IsDigit(ByteAt(text, end + 1));
  return name < begin - 1 && IsUpper(text[name]) && !port;
}

bool IsNamedVersion(const NamedText& subject, size_t begin) {
  return NameEndsWith(NameBefore(subject, begin),
                      {"version", "_release", "_build", "_ver", "revision", "firmware", "_rev",
                       "_upgrade", "_section"});
}

// What goes on behind the four numbers makes them something else: 1.2.3.4.5, 1.2.3.4-beta, x.jar.
bool GoesOnAfter(std::string_view text, size_t end) {
  constexpr std::string_view kFiles[] = {"jar", "zip", "tar", "tgz", "exe", "msi",
                                         "deb", "rpm", "whl", "dll", "so",  "nupkg"};
  const char after = ByteAt(text, end), beyond = ByteAt(text, end + 1);
  if (IsAlphanumeric(after)) return true;
  if (after == '-' || after == '+') return IsLetter(beyond);
  if (after != '.') return false;
  const std::string_view rest = text.substr(end + 1);
  return IsDigit(beyond) ||
         std::any_of(std::begin(kFiles), std::end(kFiles),
                     [rest](std::string_view file) { return StartsWithNoCase(rest, file); });
}

bool IsIpv4(const NamedText& subject, size_t begin, size_t end) {
  const std::string_view text = subject.text;
  const char before = ByteBefore(text, begin);
  if (IsAlphanumeric(before) || before == '.') return false;
  return !GoesOnAfter(text, end) && !IsProductVersion(text, begin, end) &&
         !IsNamedVersion(subject, begin);
}

bool IsIpv6Byte(char c) { return IsHexDigit(c) || c == ':' || c == '.'; }

bool IsIpv6(std::string_view candidate) {
  const std::optional<Ipv6Address> address = ParseIpv6(candidate);
  if (!address.has_value() || address->written == 0) return false;
  if (!address->compressed && address->pairs_only) return false;
  // Words of hex digits around "::" are a scope: "dead::code", "db::add".
  return address->written > 2 || std::any_of(candidate.begin(), candidate.end(), IsDigit);
}

// The end of the address within the run of its bytes, or `begin`.
size_t Ipv6End(std::string_view text, size_t begin, size_t run_end) {
  size_t end = run_end;
  // The full stop or colon of the sentence.
  while (end > begin && text[end - 1] == '.') --end;
  if (end > begin && text[end - 1] == ':' && (end < begin + 2 || text[end - 2] != ':')) --end;
  const std::string_view candidate = text.substr(begin, end - begin);
  if (candidate.size() < 3 || candidate.size() > kMaxIpv6) return begin;
  if (end == run_end && (IsLetter(ByteAt(text, end)) || ByteAt(text, end) == '_')) return begin;
  if (IsIpv6(candidate)) return end;
  // Java writes the port behind one more colon: "/2001:db8:0:0:0:0:0:1:9092".
  const size_t port = candidate.rfind(':');
  const bool full = std::count(candidate.begin(), candidate.end(), ':') == 8;
  return full && IsIpv6(candidate.substr(0, port)) ? begin + port : begin;
}

}  // namespace

void FindIpv4(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  for (size_t begin = 0; begin < text.size();) {
    if (!IsDigit(text[begin])) {
      ++begin;
      continue;
    }
    const size_t end = Ipv4End(text, begin);
    if (end > begin && IsIpv4(subject, begin, end)) {
      findings.emplace_back(begin, end, Detector::kIpv4);
      begin = end;
    } else {
      begin = RunEnd(text, begin, IsDigit);
    }
  }
}

void FindIpv6(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  size_t searched = 0;
  for (size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', searched)) {
    size_t begin = RunBegin(text, colon, IsIpv6Byte, colon - searched);
    const size_t run_end = RunEnd(text, colon, IsIpv6Byte);
    searched = run_end;
    // "addr:2001:db8::1": the first colon is not the address's.
    const bool colon_before = text[begin] == ':' && ByteAt(text, begin + 1) != ':';
    const char before = ByteBefore(text, begin);
    if (colon_before) {
      ++begin;
    } else if (IsAlphanumeric(before) || before == '_') {
      continue;
    }
    const size_t end = Ipv6End(text, begin, run_end);
    if (end > begin) findings.emplace_back(begin, end, Detector::kIpv6);
  }
}

}  // namespace tailrace
