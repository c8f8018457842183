// The small pieces of a regular expression's syntax: how a group begins, and how often something
// is repeated.
//
// Threads  Any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/pattern/regex_cursor.h"
#include "agent/pattern/regex_escape.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

struct RegexFlags {
  bool fold = false;        // Without regard to case.
  bool dot_all = false;     // "." matches "\n".
  bool lines = false;       // ^ and $ stand at lines.
  bool extended = false;    // Blanks and comments are skipped.
  bool swap_greed = false;  // `*` is lazy and `*?` greedy.
};

enum class GroupKind : uint8_t { kPlain, kCapture, kFlags, kComment };

struct GroupStart {
  GroupKind kind = GroupKind::kPlain;
  std::string name;  // Of kCapture.
  RegexFlags flags;  // Within the group, or from here on.
};

// Reads "(" and what says of which kind the group is; kFlags and kComment to their ")". A group
// without a name is a plain one.
GroupStart ReadGroupStart(RegexCursor& cursor, RegexFlavour flavour, const RegexFlags& flags);

struct Repetition {
  uint32_t min = 0;
  uint32_t max = 0;  // RegexNode::kUnlimited.
  bool greedy = true;
};

// nullopt, and nothing read, where no repetition stands.
std::optional<Repetition> ReadRepetition(RegexCursor& cursor, RegexFlavour flavour);

}  // namespace tailrace
