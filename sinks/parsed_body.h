// What the stages of a pipeline made of the bodies of one batch: for each record, how an encoder
// writes its body into the document.
//
// Threads    Owned by one worker, reused from batch to batch.
// Bounds     One entry a record of the batch.
#pragma once

#include <cstdint>
#include <vector>

namespace tailrace {

enum class BodyKind : uint8_t {
  kText,           // As `message`, escaped.
  kRefused,        // As kText; a parser was asked for and refused it.
  kMembers,        // A JSON object whose members can be spliced as they stand.
  kUnsafeMembers,  // A JSON object of which something must be renamed, moved or dropped first.
  kEmptyObject,    // {}: no members.
};

using ParsedBodies = std::vector<BodyKind>;

}  // namespace tailrace
