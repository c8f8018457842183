#include "agent/pattern/regex_printer.h"

#include "agent/base/check.h"
#include "agent/pattern/regex_class.h"

namespace tailrace {
namespace {

class Printer {
 public:
  explicit Printer(const RegexTree& tree) : tree_(tree) { Print(tree.root); }
  std::string Take() { return std::move(out_); }

 private:
  void Print(const RegexNode& node) {
    switch (node.kind) {
      case RegexKind::kEmpty:
        return;
      case RegexKind::kLiteral:
        for (char byte : node.literal) PrintByte(static_cast<uint8_t>(byte));
        return;
      case RegexKind::kClass:
        out_ += node.unicode.empty() ? SpellClass(node.set) : node.unicode;
        return;
      case RegexKind::kConcat:
        for (const RegexNode& child : node.children) {
          PrintWithin(child, child.kind == RegexKind::kAlternate);
        }
        return;
      case RegexKind::kAlternate:
        for (const RegexNode& child : node.children) {
          if (&child != &node.children.front()) out_ += '|';
          Print(child);
        }
        return;
      case RegexKind::kRepeat:
        PrintRepeat(node);
        return;
      case RegexKind::kCapture:
        out_ += '(';
        Print(node.children[0]);
        out_ += ')';
        return;
      case RegexKind::kAssertion:
        PrintAssertion(node.assertion);
        return;
    }
  }

  void PrintWithin(const RegexNode& node, bool needs_group) {
    if (needs_group) out_ += "(?:";
    Print(node);
    if (needs_group) out_ += ')';
  }

  void PrintByte(uint8_t byte) {
    constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
    constexpr char kHex[] = "0123456789abcdef";
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !tree_.unicode)) {
      out_ += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      return;
    }
    if (kSpecial.find(static_cast<char>(byte)) != std::string_view::npos) out_ += '\\';
    out_ += static_cast<char>(byte);
  }

  void PrintRepeat(const RegexNode& node) {
    const RegexNode& child = node.children[0];
    const bool is_atom = (child.kind == RegexKind::kClass && child.unicode.empty()) ||
                         child.kind == RegexKind::kCapture ||
                         (child.kind == RegexKind::kLiteral && child.literal.size() == 1);
    PrintWithin(child, !is_atom);
    if (node.max == RegexNode::kUnlimited && node.min <= 1) {
      out_ += node.min == 0 ? '*' : '+';
    } else if (node.min == 0 && node.max == 1) {
      out_ += '?';
    } else {
      out_ += "{" + std::to_string(node.min);
      if (node.max != node.min) out_ += ',';
      if (node.max != node.min && node.max != RegexNode::kUnlimited) {
        out_ += std::to_string(node.max);
      }
      out_ += '}';
    }
    if (!node.greedy) out_ += '?';
  }

  void PrintAssertion(RegexAssertion assertion) {
    switch (assertion) {
      case RegexAssertion::kTextBegin:
        out_ += "\\A";
        return;
      case RegexAssertion::kTextEnd:
        out_ += "\\z";
        return;
      case RegexAssertion::kLineBegin:
        out_ += "(?m:^)";
        return;
      case RegexAssertion::kLineEnd:
        out_ += "(?m:$)";
        return;
      case RegexAssertion::kWordBoundary:
        out_ += "\\b";
        return;
      case RegexAssertion::kNotWordBoundary:
        out_ += "\\B";
        return;
    }
    CHECK(false);
  }

  const RegexTree& tree_;
  std::string out_;
};

}  // namespace

std::string PrintRegex(const RegexTree& tree) { return Printer(tree).Take(); }

}  // namespace tailrace
