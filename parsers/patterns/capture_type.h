// Makes the field of a capture, of the type that its pattern asks for.
//
// Threads  Any.
// Failure  A text that is not of the type stays text: nothing is lost for a wrong type.
#pragma once

#include <string_view>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

// int: what stands before the point of a decimal number; float: a decimal number, with or without
// an exponent; bool: true or false in any case. Numbers are written as JSON wants them: "+07" is 7,
// ".5" is 0.5. The name and, mostly, the value are views of the arguments.
Field TypedField(std::string_view name, std::string_view text, CaptureType type, ByteArena& arena);

}  // namespace tailrace
