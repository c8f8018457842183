// What the stages of a pipeline made of the bodies of one batch: for each record, how an encoder
// writes its body into the document. Made once a pipeline, read by the encoder of each sink.
//
// Threads    Owned by one worker, reused from batch to batch.
// Bounds     One entry a record of the batch; the arena holds only members that had to be written
//            anew.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

enum class BodyKind : uint8_t {
  kText,     // As `message`, escaped.
  kRefused,  // As kText; a parser was asked for and refused it.
  kMembers,  // The members of a JSON object, safe as they stand.
};

struct ParsedBody {
  BodyKind kind = BodyKind::kText;
  bool in_arena = false;  // Else the members are a part of the body.
  uint32_t members_offset = 0;
  uint32_t members_length = 0;  // 0: an empty object.
  // The members of the application's own `event`, which goes into one object with event.id.
  uint32_t event_offset = 0;  // Always in the arena.
  uint32_t event_length = 0;
};

struct ParsedBodies {
  std::vector<ParsedBody> records;
  std::string arena;

  // `body` is the record's text.
  std::string_view Members(const ParsedBody& parsed, std::string_view body) const {
    return (parsed.in_arena ? std::string_view(arena) : body)
        .substr(parsed.members_offset, parsed.members_length);
  }
  std::string_view EventMembers(const ParsedBody& parsed) const {
    return std::string_view(arena).substr(parsed.event_offset, parsed.event_length);
  }
};

}  // namespace tailrace
