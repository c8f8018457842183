#include "agent/pattern/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

re2::StringPiece ToRe2(std::string_view text) { return {text.data(), text.size()}; }

absl::Status CompileError(const re2::RE2& compiled) {
  std::string message = Concat({"bad regular expression: ", compiled.error()});
  const size_t at = compiled.error_arg().empty() ? std::string::npos
                                                 : compiled.pattern().find(compiled.error_arg());
  if (at != std::string::npos) message += Concat({" at byte ", std::to_string(at)});
  return absl::InvalidArgumentError(message);
}

// Setting up what is not needed would cost more than many a match.
template <size_t kGroups>
bool CaptureUpTo(const re2::RE2& regex, std::string_view text, std::span<std::string_view> groups) {
  re2::StringPiece found[kGroups + 1];
  const int count = static_cast<int>(groups.size()) + 1;
  if (!regex.Match(ToRe2(text), 0, text.size(), re2::RE2::UNANCHORED, found, count)) return false;
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = {found[i + 1].data(), found[i + 1].size()};
  return true;
}

// Of the character that `text` begins with; 1 where it is none, or there is none.
size_t CharacterBytes(std::string_view text) {
  size_t bytes = 1;
  while (bytes < text.size() && bytes < 4 &&
         (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) {
    ++bytes;
  }
  return bytes;
}

}  // namespace

Regex::Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

absl::StatusOr<Regex> Regex::Compile(std::string_view pattern, RegexOptions options) {
  if (pattern.size() > kMaxPatternBytes) {
    return absl::InvalidArgumentError("bad regular expression: longer than 64 KiB");
  }
  re2::RE2::Options re2_options;
  re2_options.set_max_mem(options.max_memory_bytes);
  re2_options.set_log_errors(false);
  re2_options.set_dot_nl(options.dot_matches_newline);
  if (options.bytes) re2_options.set_encoding(re2::RE2::Options::EncodingLatin1);
  auto compiled = std::make_shared<const re2::RE2>(ToRe2(pattern), re2_options);
  if (!compiled->ok()) return CompileError(*compiled);
  return Regex(std::move(compiled));
}

bool Regex::FullMatch(std::string_view text) const {
  return re2::RE2::FullMatch(ToRe2(text), *compiled_);
}

bool Regex::PartialMatch(std::string_view text) const {
  return re2::RE2::PartialMatch(ToRe2(text), *compiled_);
}

bool Regex::Capture(std::string_view text, std::span<std::string_view> groups) const {
  constexpr size_t kUsualGroups = 15;
  groups = groups.first(std::min(groups.size(), Regex::groups()));
  CHECK(groups.size() <= kMaxGroups);
  if (text.data() == nullptr) text = "";  // Else an empty group would look like one without a part.
  return groups.size() <= kUsualGroups ? CaptureUpTo<kUsualGroups>(*compiled_, text, groups)
                                       : CaptureUpTo<kMaxGroups>(*compiled_, text, groups);
}

bool Regex::FindFrom(std::string_view text, size_t offset,
                     std::span<std::string_view> found) const {
  re2::StringPiece pieces[2];
  const size_t count = std::min({found.size(), std::size(pieces), groups() + 1});
  if (text.data() == nullptr) text = "";
  if (!compiled_->Match(ToRe2(text), offset, text.size(), re2::RE2::UNANCHORED, pieces,
                        static_cast<int>(count))) {
    return false;
  }
  for (size_t i = 0; i < found.size(); ++i) {
    found[i] =
        i < count ? std::string_view(pieces[i].data(), pieces[i].size()) : std::string_view();
  }
  return true;
}

absl::Status Regex::CheckRewrite(std::string_view rewrite) const {
  std::string error;
  if (compiled_->CheckRewriteString(ToRe2(rewrite), &error)) return absl::OkStatus();
  return absl::InvalidArgumentError(Concat({"bad rewrite: ", error}));
}

ReplaceResult Regex::ReplaceAll(std::string_view text, std::string_view rewrite, size_t max_bytes,
                                std::string& out) const {
  re2::StringPiece found[10];  // \0 to \9.
  const int used = 1 + re2::RE2::MaxSubmatch(ToRe2(rewrite));
  if (text.data() == nullptr) text = "";
  out.clear();
  size_t copied = 0;                  // Up to here the text stands in `out`.
  size_t from = 0;                    // The search goes on from here.
  size_t last_end = text.size() + 1;  // Of the match before; none yet.
  bool any = false;
  while (from <= text.size() &&
         compiled_->Match(ToRe2(text), from, text.size(), re2::RE2::UNANCHORED, found, used)) {
    const auto begin = static_cast<size_t>(found[0].data() - text.data());
    const size_t end = begin + found[0].size();
    if (found[0].empty() && begin == last_end) {
      from = begin + CharacterBytes(text.substr(begin));
      last_end = text.size() + 1;
      continue;
    }
    out.append(text, copied, begin - copied);
    if (!compiled_->Rewrite(&out, ToRe2(rewrite), found, used)) return ReplaceResult::kNoMatch;
    any = true;
    copied = from = last_end = end;
    if (out.size() > max_bytes) return ReplaceResult::kTooLong;
  }
  if (!any) return ReplaceResult::kNoMatch;
  out.append(text, copied);
  return out.size() > max_bytes ? ReplaceResult::kTooLong : ReplaceResult::kReplaced;
}

size_t Regex::groups() const { return static_cast<size_t>(compiled_->NumberOfCapturingGroups()); }

const std::string& Regex::pattern() const { return compiled_->pattern(); }

}  // namespace tailrace
