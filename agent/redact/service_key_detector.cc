#include "agent/redact/service_key_detector.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

using BytePredicate = bool (*)(char);

bool IsUpperOrDigit(char c) { return IsUpper(c) || IsDigit(c); }
bool IsWordByte(char c) { return IsAlphanumeric(c) || c == '_'; }
bool IsSlackByte(char c) { return IsAlphanumeric(c) || c == '-' || c == '.'; }
bool IsOauthByte(char c) { return IsBase64Url(c) || c == '.'; }

// A prefix and the run of bytes behind it. A run that is longer than `max_bytes` is no key.
struct KeyShape {
  std::string_view prefix;
  BytePredicate is_byte;
  size_t min_bytes;
  size_t max_bytes;
  bool needs_digit = false;
};

// Whether a key may begin at `begin`: it is not the rest of a word.
bool IsFreeBefore(std::string_view text, size_t begin) {
  const char before = ByteBefore(text, begin);
  return !IsAlphanumeric(before) && before != '_';
}

size_t KeyEnd(std::string_view text, size_t begin, size_t run_end, const KeyShape& shape) {
  const size_t first = begin + shape.prefix.size();
  size_t end = run_end;
  while (end > first && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const size_t size = end - first;
  if (size < shape.min_bytes || size > shape.max_bytes || IsWordByte(ByteAt(text, end))) {
    return begin;
  }
  const std::string_view run = text.substr(first, size);
  const bool has_digit = std::any_of(run.begin(), run.end(), IsDigit);
  return shape.needs_digit && !has_digit ? begin : end;
}

void FindShapes(std::string_view text, std::span<const KeyShape> shapes, Detector detector,
                Findings& findings) {
  for (const KeyShape& shape : shapes) {
    size_t begin = text.find(shape.prefix);
    while (begin != std::string_view::npos) {
      const size_t first = begin + shape.prefix.size();
      size_t next = first;
      if (IsFreeBefore(text, begin)) {
        const size_t run_end = RunEnd(text, first, shape.is_byte, shape.max_bytes + 1);
        const size_t end = KeyEnd(text, begin, run_end, shape);
        if (end > begin) findings.emplace_back(begin, end, detector);
        // What is too long is skipped whole, so that no byte is looked at twice.
        next = std::max(end, run_end - first > shape.max_bytes ? run_end : first);
      }
      begin = text.find(shape.prefix, next);
    }
  }
}

constexpr KeyShape kAws[] = {{"AKIA", IsUpperOrDigit, 16, 16},
                             {"ASIA", IsUpperOrDigit, 16, 16},
                             {"ABIA", IsUpperOrDigit, 16, 16},
                             {"ACCA", IsUpperOrDigit, 16, 16}};
constexpr KeyShape kGcp[] = {{"AIza", IsBase64Url, 35, 35},
                             {"GOCSPX-", IsBase64Url, 24, 32},
                             {"ya29.", IsOauthByte, 20, 2048}};
constexpr KeyShape kGithub[] = {
    {"ghp_", IsAlphanumeric, 36, 255}, {"gho_", IsAlphanumeric, 36, 255},
    {"ghu_", IsAlphanumeric, 36, 255}, {"ghs_", IsAlphanumeric, 36, 255},
    {"ghr_", IsAlphanumeric, 36, 255}, {"github_pat_", IsWordByte, 60, 255}};
constexpr KeyShape kSlack[] = {
    {"xoxb-", IsSlackByte, 20, 512, true}, {"xoxp-", IsSlackByte, 20, 512, true},
    {"xoxa-", IsSlackByte, 20, 512, true}, {"xoxe-", IsSlackByte, 20, 512, true},
    {"xoxe.", IsSlackByte, 20, 512, true}, {"xoxo-", IsSlackByte, 20, 512, true},
    {"xoxr-", IsSlackByte, 20, 512, true}, {"xoxs-", IsSlackByte, 20, 512, true},
    {"xapp-", IsSlackByte, 20, 512, true}};
constexpr KeyShape kStripe[] = {
    {"sk_live_", IsAlphanumeric, 16, 255}, {"sk_test_", IsAlphanumeric, 16, 255},
    {"rk_live_", IsAlphanumeric, 16, 255}, {"rk_test_", IsAlphanumeric, 16, 255},
    {"pk_live_", IsAlphanumeric, 16, 255}, {"pk_test_", IsAlphanumeric, 16, 255},
    {"whsec_", IsBase64, 24, 255}};

constexpr std::string_view kSlackHooks = "hooks.slack.com/";
constexpr size_t kMinHookPath = 30;

bool IsHookByte(char c) { return IsAlphanumeric(c) || c == '/'; }

}  // namespace

void FindAwsAccessKeys(const NamedText& subject, Findings& findings) {
  FindShapes(subject.text, kAws, Detector::kAwsKey, findings);
}

void FindGcpKeys(const NamedText& subject, Findings& findings) {
  FindShapes(subject.text, kGcp, Detector::kGcpKey, findings);
}

void FindGithubKeys(const NamedText& subject, Findings& findings) {
  FindShapes(subject.text, kGithub, Detector::kGithubKey, findings);
}

void FindSlackKeys(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  FindShapes(text, kSlack, Detector::kSlackKey, findings);
  // https://hooks.slack.com/services/T.../B.../...: the path is the secret.
  size_t host = text.find(kSlackHooks);
  while (host != std::string_view::npos) {
    const size_t kind = host + kSlackHooks.size();
    const size_t begin = RunEnd(text, kind, IsLower) + 1;
    const size_t end = begin < text.size() ? RunEnd(text, begin, IsHookByte) : begin;
    if (ByteBefore(text, begin) == '/' && end - begin >= kMinHookPath) {
      findings.emplace_back(begin, end, Detector::kSlackKey);
    }
    host = text.find(kSlackHooks, std::max(kind, end));
  }
}

void FindStripeKeys(const NamedText& subject, Findings& findings) {
  FindShapes(subject.text, kStripe, Detector::kStripeKey, findings);
}

}  // namespace tailrace
