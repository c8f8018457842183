// What can be said of a piece of a regular expression without running it.
//
// Threads  Any.
#pragma once

#include "agent/pattern/byte_set.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

// It can match without taking a byte.
bool IsNullable(const RegexNode& node);

// A superset of the bytes that it can begin with, where it takes one.
ByteSet FirstBytes(const RegexNode& node);

// The byte before some place: one of `bytes`, or none where `at_begin`.
struct ByteBefore {
  ByteSet bytes;
  bool at_begin = false;
};
// What may stand before the place behind `node`, of which `before` stands before it.
ByteBefore BehindNode(const RegexNode& node, const ByteBefore& before);

// The set of a node that takes one byte; nullptr for all others. `literal` holds the set of a
// literal.
const ByteSet* SingleByte(const RegexNode& node, ByteSet& literal);

// The bytes of `\w`.
const ByteSet& WordBytes();

}  // namespace tailrace
