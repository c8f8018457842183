#include "agent/pattern/regex_facts.h"

#include <algorithm>

namespace tailrace {
namespace {

ByteBefore Either(const ByteBefore& a, const ByteBefore& b) {
  return {a.bytes | b.bytes, a.at_begin || b.at_begin};
}

ByteSet Only(char byte) {
  ByteSet set;
  set.Add(static_cast<uint8_t>(byte));
  return set;
}

}  // namespace

bool IsNullable(const RegexNode& node) {
  switch (node.kind) {
    case RegexKind::kEmpty:
    case RegexKind::kAssertion:
      return true;
    case RegexKind::kLiteral:
      return node.literal.empty();
    case RegexKind::kClass:
      return false;
    case RegexKind::kRepeat:
      return node.min == 0 || IsNullable(node.children[0]);
    case RegexKind::kAlternate:
      return std::any_of(node.children.begin(), node.children.end(), IsNullable);
    case RegexKind::kConcat:
    case RegexKind::kCapture:
      return std::all_of(node.children.begin(), node.children.end(), IsNullable);
  }
  return true;
}

ByteSet FirstBytes(const RegexNode& node) {
  ByteSet first;
  switch (node.kind) {
    case RegexKind::kEmpty:
    case RegexKind::kAssertion:
      return first;
    case RegexKind::kLiteral:
      return node.literal.empty() ? first : Only(node.literal[0]);
    case RegexKind::kClass:
      return node.set;
    case RegexKind::kConcat:
      for (const RegexNode& child : node.children) {
        first = first | FirstBytes(child);
        if (!IsNullable(child)) break;
      }
      return first;
    case RegexKind::kAlternate:
      for (const RegexNode& child : node.children) first = first | FirstBytes(child);
      return first;
    case RegexKind::kRepeat:
    case RegexKind::kCapture:
      return FirstBytes(node.children[0]);
  }
  return ByteSet::All();
}

ByteBefore BehindNode(const RegexNode& node, const ByteBefore& before) {
  switch (node.kind) {
    case RegexKind::kEmpty:
      return before;
    case RegexKind::kAssertion:
      if (node.assertion == RegexAssertion::kTextBegin) return {ByteSet(), true};
      if (node.assertion == RegexAssertion::kLineBegin) return {Only('\n'), true};
      return before;
    case RegexKind::kLiteral:
      return node.literal.empty() ? before : ByteBefore{Only(node.literal.back()), false};
    case RegexKind::kClass:
      return {node.set, false};
    case RegexKind::kConcat: {
      ByteBefore behind = before;
      for (const RegexNode& child : node.children) behind = BehindNode(child, behind);
      return behind;
    }
    case RegexKind::kAlternate: {
      ByteBefore behind;
      for (const RegexNode& child : node.children) {
        behind = Either(behind, BehindNode(child, before));
      }
      return behind;
    }
    case RegexKind::kRepeat: {
      const ByteBefore behind = BehindNode(node.children[0], before);
      return node.min == 0 ? Either(before, behind) : behind;
    }
    case RegexKind::kCapture:
      return BehindNode(node.children[0], before);
  }
  return {ByteSet::All(), true};
}

const ByteSet* SingleByte(const RegexNode& node, ByteSet& literal) {
  if (node.kind == RegexKind::kClass) return &node.set;
  if (node.kind != RegexKind::kLiteral || node.literal.size() != 1) return nullptr;
  literal = Only(node.literal[0]);
  return &literal;
}

const ByteSet& WordBytes() {
  static constexpr ByteSet kWord =
      ByteSet::Of('0', '9') | ByteSet::Of('A', 'Z') | ByteSet::Of('a', 'z') | ByteSet::Of('_', '_');
  return kWord;
}

}  // namespace tailrace
