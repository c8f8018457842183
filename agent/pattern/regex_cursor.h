// RegexCursor is where a parser stands in the text of a regular expression, in the bodies of the
// named patterns that it has entered from there, and the first thing that it found wrong.
//
// Invariants  After a failure nothing is left to read, so that every loop ends.
// Threads     Not thread-safe; lives while one pattern is parsed.
// Ownership   Views of texts that outlive it.
// Units       Offsets are bytes of the text that is read at the moment.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "agent/base/strings.h"
#include "agent/pattern/pattern_error.h"

namespace tailrace {

class RegexCursor {
 public:
  explicit RegexCursor(std::string_view text) : text_(text) {}

  size_t at() const { return at_; }
  bool done() const { return at_ == text_.size(); }
  // What is left.
  std::string_view rest() const { return text_.substr(at_); }
  // '\0' beyond the end.
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool Take(std::string_view expected) {
    if (!rest().starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  char TakeOne() { return done() ? '\0' : text_[at_++]; }
  void Skip(size_t bytes) { at_ = std::min(at_ + bytes, text_.size()); }

  bool failed() const { return !status_.ok(); }
  const absl::Status& status() const { return status_; }
  void Fail(size_t offset, std::initializer_list<std::string_view> message) {
    if (failed()) return;
    std::string what = Concat({"bad regular expression: ", Concat(message)});
    for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
      what += Concat({" at byte ", std::to_string(offset), " of %{", open->name, "}"});
      offset = open->reference_at;
    }
    status_ = PatternError(offset, {what});
    at_ = text_.size();
  }

  // Goes on in `body`, the named pattern that the text at `reference_at` refers to.
  void Enter(std::string_view name, std::string_view body, size_t reference_at) {
    open_.push_back({name, text_, at_, reference_at});
    text_ = body;
    at_ = 0;
  }
  void Leave() {
    text_ = open_.back().text;
    at_ = failed() ? text_.size() : open_.back().at;
    open_.pop_back();
  }
  size_t depth() const { return open_.size(); }
  bool IsOpen(std::string_view name) const {
    return std::any_of(open_.begin(), open_.end(), [&](const Open& o) { return o.name == name; });
  }

 private:
  struct Open {
    std::string_view name;
    std::string_view text;  // That it was referred to from, and where to go on there.
    size_t at;
    size_t reference_at;
  };

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Open> open_;
  absl::Status status_;
};

}  // namespace tailrace
