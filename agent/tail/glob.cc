#include "agent/tail/glob.h"

#include <optional>
#include <utility>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr std::string_view kAnyDepth = "**";

absl::Status Refuse(std::string_view pattern, std::string_view why) {
  return absl::InvalidArgumentError(ToAbsl(Concat({"pattern \"", pattern, "\" ", why})));
}

// The length of the bracket expression at the beginning of `pattern`, 0 if it is not closed.
size_t BracketLength(std::string_view pattern) {
  size_t at = 1;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;  // A first ']' stands for itself.
  while (at < pattern.size() && pattern[at] != ']') ++at;
  return at < pattern.size() ? at + 1 : 0;
}

bool BracketMatches(std::string_view bracket, char c) {
  std::string_view set = bracket.substr(1, bracket.size() - 2);
  const bool negated = set.front() == '!' || set.front() == '^';
  if (negated) set.remove_prefix(1);
  const auto byte = static_cast<unsigned char>(c);
  bool found = false;
  for (size_t i = 0; i < set.size(); ++i) {
    const auto low = static_cast<unsigned char>(set[i]);
    auto high = low;
    if (i + 2 < set.size() && set[i + 1] == '-') {
      high = static_cast<unsigned char>(set[i + 2]);
      i += 2;
    }
    if (byte >= low && byte <= high) found = true;
  }
  return found != negated;
}

struct Step {
  size_t pattern_bytes;  // 0: no match.
};

// Matches one character against the pattern's first element, which is no '*'.
Step MatchOne(std::string_view pattern, char c) {
  switch (pattern.front()) {
    case '?':
      return {1};
    case '[': {
      const size_t length = BracketLength(pattern);
      if (length == 0) return {c == '[' ? size_t{1} : size_t{0}};
      return {BracketMatches(pattern.substr(0, length), c) ? length : 0};
    }
    case '\\':
      if (pattern.size() > 1) return {pattern[1] == c ? size_t{2} : size_t{0}};
      [[fallthrough]];
    default:
      return {pattern.front() == c ? size_t{1} : size_t{0}};
  }
}

bool HasWildcard(std::string_view component) {
  return component.find_first_of("*?[\\") != std::string_view::npos;
}

// The positions of the braces of the first group, and of its commas.
struct BraceGroup {
  size_t open = 0;
  size_t close = 0;
  std::vector<size_t> commas;
};

std::optional<BraceGroup> FindBraces(std::string_view pattern, bool& unclosed) {
  BraceGroup group;
  int depth = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (c == '{') {
      if (depth++ == 0) group.open = i;
    } else if (c == ',' && depth == 1) {
      group.commas.push_back(i);
    } else if (c == '}' && depth > 0 && --depth == 0) {
      group.close = i;
      return group;
    }
  }
  unclosed = depth > 0;
  return std::nullopt;
}

absl::StatusOr<std::vector<std::string>> ExpandBraces(std::string_view pattern) {
  std::vector<std::string> open = {std::string(pattern)};
  std::vector<std::string> done;
  while (!open.empty()) {
    const std::string text = std::move(open.back());
    open.pop_back();
    bool unclosed = false;
    const std::optional<BraceGroup> group = FindBraces(text, unclosed);
    if (unclosed) return Refuse(pattern, "has a { that is not closed");
    if (!group.has_value()) {
      done.push_back(text);
    } else {
      size_t from = group->open + 1;
      std::vector<size_t> ends = group->commas;
      ends.push_back(group->close);
      for (const size_t end : ends) {
        const std::string_view whole = text;
        open.push_back(Concat({whole.substr(0, group->open), whole.substr(from, end - from),
                               whole.substr(group->close + 1)}));
        from = end + 1;
      }
    }
    if (open.size() + done.size() > kGlobAlternativesMax) {
      return Refuse(pattern, "has too many alternatives");
    }
  }
  return done;
}

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> components;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view component = path.substr(0, slash);
    if (!component.empty()) components.emplace_back(component);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return components;
}

}  // namespace

bool GlobComponentMatches(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.') && !pattern.starts_with("\\.")) {
    return false;
  }
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;  // The last '*', and where the name went on behind it.
  size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
      continue;
    }
    const size_t step = p < pattern.size() ? MatchOne(pattern.substr(p), name[n]).pattern_bytes : 0;
    if (step > 0) {
      p += step;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

absl::StatusOr<std::vector<Glob>> Glob::Parse(std::string_view pattern) {
  if (!pattern.starts_with('/')) return Refuse(pattern, "is not absolute");
  if (pattern.ends_with('/')) return Refuse(pattern, "names no file");
  auto alternatives = ExpandBraces(pattern);
  if (!alternatives.ok()) return alternatives.status();
  std::vector<Glob> globs;
  for (const std::string& alternative : *alternatives) {
    std::vector<std::string> components = Split(alternative);
    if (components.empty()) return Refuse(pattern, "names no file");
    if (components.size() > kGlobComponentsMax) return Refuse(pattern, "has too many components");
    size_t fixed = 0;
    while (fixed + 1 < components.size() && !HasWildcard(components[fixed])) ++fixed;
    Glob glob;
    for (size_t i = 0; i < components.size(); ++i) {
      if (components[i] == "." || components[i] == "..") return Refuse(pattern, "holds . or ..");
      if (i < fixed) glob.root_ += Concat({"/", components[i]});
    }
    if (glob.root_.empty()) glob.root_ = "/";
    glob.components_.assign(components.begin() + static_cast<ptrdiff_t>(fixed), components.end());
    globs.push_back(std::move(glob));
  }
  return globs;
}

Glob Glob::Below(std::string_view root, std::vector<std::string> components) {
  Glob glob;
  glob.root_ = root;
  glob.components_ = std::move(components);
  return glob;
}

GlobState Glob::Close(GlobState state) const {
  for (size_t i = 0; i < components_.size(); ++i) {
    if ((state >> i & 1) != 0 && components_[i] == kAnyDepth) state |= GlobState{1} << (i + 1);
  }
  return state;
}

GlobState Glob::Descend(GlobState state, std::string_view directory_name) const {
  GlobState next = 0;
  for (size_t i = 0; i + 1 <= components_.size(); ++i) {
    if ((state >> i & 1) == 0) continue;
    if (components_[i] == kAnyDepth) {
      if (!directory_name.starts_with('.')) next |= GlobState{1} << i;
    } else if (i + 1 < components_.size() && GlobComponentMatches(components_[i], directory_name)) {
      next |= GlobState{1} << (i + 1);
    }
  }
  return Close(next);
}

bool Glob::MatchesFile(GlobState state, std::string_view file_name) const {
  const size_t last = components_.size() - 1;
  if ((state >> last & 1) == 0) return false;
  if (components_[last] == kAnyDepth) return !file_name.starts_with('.');
  return GlobComponentMatches(components_[last], file_name);
}

bool Glob::Matches(std::string_view path) const {
  const std::string prefix = root_ == "/" ? root_ : root_ + "/";
  if (!path.starts_with(prefix)) return false;
  path.remove_prefix(prefix.size());
  GlobState state = Start();
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    state = Descend(state, path.substr(0, slash));
    path.remove_prefix(slash + 1);
  }
  return MatchesFile(state, path);
}

}  // namespace tailrace
