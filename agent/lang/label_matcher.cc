#include "agent/lang/label_matcher.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/lang/quoted_string.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxMatchers = 64;

bool StartsName(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool ContinuesName(char c) { return StartsName(c) || (c >= '0' && c <= '9'); }

class MatcherParser {
 public:
  explicit MatcherParser(std::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<LabelMatcher>> Parse() {
    std::vector<LabelMatcher> matchers;
    if (!Take('{')) return Expected("\"{\": a selector looks like {namespace=\"shop\"}");
    if (!Take('}')) {
      do {
        if (matchers.size() == kMaxMatchers) return Expected("at most 64 matchers");
        LabelMatcher matcher;
        RETURN_IF_ERROR(ParseMatcher(&matcher));
        matchers.push_back(std::move(matcher));
      } while (Take(','));
      if (!Take('}')) return Expected("\",\" or \"}\"");
    }
    SkipSpace();
    if (at_ < text_.size()) return Expected("nothing after the selector's \"}\"");
    return matchers;
  }

 private:
  absl::Status ParseMatcher(LabelMatcher* matcher) {
    SkipSpace();
    matcher->label_offset = at_;
    if (at_ >= text_.size() || !StartsName(text_[at_])) return Expected("a label name");
    while (at_ < text_.size() && ContinuesName(text_[at_])) ++at_;
    matcher->label = text_.substr(matcher->label_offset, at_ - matcher->label_offset);
    RETURN_IF_ERROR(ParseOperator(&matcher->op));
    SkipSpace();
    matcher->value_offset = at_;
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '`')) {
      return Expected("a string in double quotes or backticks");
    }
    ASSIGN_OR_RETURN(QuotedString value, ParseQuotedString(text_, at_));
    matcher->value = std::move(value.value);
    at_ = value.end;
    return absl::OkStatus();
  }

  absl::Status ParseOperator(MatchOp* op) {
    SkipSpace();
    const std::string_view two = text_.substr(at_, 2);
    if (two == "==") return Expected("\"=\" (one equals sign)");
    size_t length = 2;
    if (two == "!=") {
      *op = MatchOp::kNotEqual;
    } else if (two == "=~") {
      *op = MatchOp::kMatches;
    } else if (two == "!~") {
      *op = MatchOp::kNotMatches;
    } else if (two.starts_with('=')) {
      *op = MatchOp::kEqual;
      length = 1;
    } else {
      return Expected("one of = != =~ !~");
    }
    at_ += length;
    return absl::OkStatus();
  }

  void SkipSpace() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::isspace(static_cast<unsigned char>(text_[at_]))) {
        ++at_;
      } else {
        return;
      }
    }
  }

  bool Take(char c) {
    SkipSpace();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  absl::Status Expected(std::string_view what) const {
    return SyntaxError(at_, {"expected ", what});
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<LabelMatcher>> ParseMatchers(std::string_view text) {
  if (text.size() > kMaxTextBytes) return SyntaxError(0, {"a selector of over 64 KiB"});
  return MatcherParser(text).Parse();
}

bool IsLabelName(std::string_view name) {
  return !name.empty() && StartsName(name[0]) &&
         std::all_of(name.begin(), name.end(), ContinuesName);
}

}  // namespace tailrace
