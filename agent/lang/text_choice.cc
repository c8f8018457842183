#include "agent/lang/text_choice.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "agent/base/strings.h"
#include "agent/pattern/regex_parser.h"

namespace tailrace {
namespace {

using Literals = std::vector<std::string>;

bool IsAnyByte(const RegexNode& node) {
  return node.kind == RegexKind::kClass && node.unicode.empty() && node.set == ByteSet::All();
}

// `.*`, or `.+` where `least` is 1.
bool IsAnyRun(const RegexNode& node, uint32_t least) {
  return node.kind == RegexKind::kRepeat && node.min == least &&
         node.max == RegexNode::kUnlimited && IsAnyByte(node.children.front());
}

std::optional<Literals> Expand(const RegexNode& node);

std::optional<Literals> ExpandClass(const RegexNode& node) {
  if (!node.unicode.empty() || node.set.size() > TextChoice::kLiteralsMax) return std::nullopt;
  // In letters of either case these two stand for a character beyond ASCII as well.
  if (node.set.Has('k') && node.set.Has('K')) return std::nullopt;
  if (node.set.Has('s') && node.set.Has('S')) return std::nullopt;
  Literals literals;
  for (int byte = 0; byte < 0x80; ++byte) {
    if (node.set.Has(static_cast<uint8_t>(byte))) literals.emplace_back(1, static_cast<char>(byte));
  }
  if (literals.size() != node.set.size()) return std::nullopt;
  return literals;
}

std::optional<Literals> ExpandAll(const std::vector<RegexNode>& nodes) {
  Literals literals;
  for (const RegexNode& node : nodes) {
    std::optional<Literals> more = Expand(node);
    if (!more.has_value() || literals.size() + more->size() > TextChoice::kLiteralsMax) {
      return std::nullopt;
    }
    std::move(more->begin(), more->end(), std::back_inserter(literals));
  }
  return literals;
}

std::optional<Literals> ExpandSequence(std::span<const RegexNode> nodes) {
  Literals literals = {""};
  for (const RegexNode& node : nodes) {
    const std::optional<Literals> next = Expand(node);
    if (!next.has_value() || literals.size() * next->size() > TextChoice::kLiteralsMax) {
      return std::nullopt;
    }
    Literals longer;
    for (const std::string& begin : literals) {
      for (const std::string& end : *next) longer.push_back(begin + end);
    }
    literals = std::move(longer);
  }
  return literals;
}

// Every text that `node` matches as a whole.
std::optional<Literals> Expand(const RegexNode& node) {
  switch (node.kind) {
    case RegexKind::kEmpty:
      return Literals{""};
    case RegexKind::kLiteral:
      return Literals{node.literal};
    case RegexKind::kClass:
      return ExpandClass(node);
    case RegexKind::kConcat:
      return ExpandSequence(node.children);
    case RegexKind::kAlternate:
      return ExpandAll(node.children);
    case RegexKind::kCapture:
      return Expand(node.children.front());
    case RegexKind::kRepeat:
    case RegexKind::kAssertion:
      break;
  }
  return std::nullopt;
}

// memmem is several times as fast as string_view::find on text in which the first byte is frequent.
bool Contains(std::string_view text, std::string_view literal) {
  return literal.empty() ||
         memmem(text.data(), text.size(), literal.data(), literal.size()) != nullptr;
}

}  // namespace

TextChoice TextChoice::OfText(std::string text) {
  TextChoice choice;
  choice.literals_.push_back(std::move(text));
  return choice;
}

std::optional<TextChoice> TextChoice::OfRegex(std::string_view pattern) {
  const absl::StatusOr<RegexTree> tree = ParseRegex(Concat({"(?s)", pattern}), {});
  if (!tree.ok()) return std::nullopt;
  TextChoice choice;
  std::span<const RegexNode> nodes(&tree->root, 1);
  if (tree->root.kind == RegexKind::kConcat) nodes = tree->root.children;
  if (nodes.size() == 1 && IsAnyRun(nodes.front(), 1)) {
    choice.least_bytes_ = 1;
    choice.any_before_ = choice.any_behind_ = true;
    choice.literals_ = {""};
    return choice;
  }
  if (!nodes.empty() && IsAnyRun(nodes.front(), 0)) {
    choice.any_before_ = true;
    nodes = nodes.subspan(1);
  }
  if (!nodes.empty() && IsAnyRun(nodes.back(), 0)) {
    choice.any_behind_ = true;
    nodes = nodes.first(nodes.size() - 1);
  }
  std::optional<Literals> literals = ExpandSequence(nodes);
  if (!literals.has_value() || literals->empty()) return std::nullopt;
  // `.*` alone.
  if (nodes.empty() && choice.any_before_) choice.any_behind_ = true;
  choice.literals_ = *std::move(literals);
  return choice;
}

bool TextChoice::Matches(std::string_view text) const noexcept {
  if (text.size() < least_bytes_) return false;
  for (const std::string& literal : literals_) {
    if (text.size() < literal.size()) continue;
    if (any_before_ && any_behind_) {
      if (Contains(text, literal)) return true;
    } else if (any_before_) {
      if (text.ends_with(literal)) return true;
    } else if (any_behind_) {
      if (text.starts_with(literal)) return true;
    } else if (text == literal) {
      return true;
    }
  }
  return false;
}

bool TextChoice::matches_everything() const {
  return !is_whole() && least_bytes_ == 0 &&
         std::find(literals_.begin(), literals_.end(), "") != literals_.end();
}

}  // namespace tailrace
