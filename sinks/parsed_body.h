// What the stages of a pipeline made of the bodies of one batch: for each record, how an encoder
// writes its body into the document. Made once a pipeline, read by the encoder of each sink.
//
// Threads    Owned by one worker, reused from batch to batch.
// Ownership  `time` and `original` view the batch or what its stages made of it.
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
  bool refused = false;  // With kMembers: a parser refused it, and stages made fields all the same.
  bool not_utf8 = false;  // With kMembers: some text of it was not valid UTF-8.
  uint64_t branches = 1;  // Of the pipeline, a bit each: the outputs that it goes to. 0: none.
  uint32_t members_offset = 0;
  uint32_t members_length = 0;  // 0: an empty object.
  // The members of `event` that are not ours, which go into one object with event.id.
  uint32_t event_offset = 0;  // Always in the arena.
  uint32_t event_length = 0;
  uint32_t log_offset = 0;  // And members for our `log`. Always in the arena.
  uint32_t log_length = 0;
  std::string_view time;      // Instead of the batch's; empty: that one.
  std::string_view original;  // With not_utf8: what the text was.
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
  std::string_view LogMembers(const ParsedBody& parsed) const {
    return std::string_view(arena).substr(parsed.log_offset, parsed.log_length);
  }
};

}  // namespace tailrace
