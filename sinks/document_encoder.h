// DocumentEncoder writes a batch of records as documents into a payload: the stream's template,
// with the record's time, id and offset, and then its body, spliced or escaped. It copies, so that
// the slab is free afterwards.
//
// A document has, after the template's part:
//   log.flags            what is odd: "truncated", "partial", "malformed", "parse_error",
//                        "invalid_utf8"; absent when nothing is
//   log.original_base64  the source's bytes, when they are not valid UTF-8; `message` then has
//                        U+FFFD for each sequence that is wrong, and nothing is lost
//   event.id             the id, in NDJSON
//   message, or the members of a JSON body (below `into` when that is set)
//
// Threads    Owned by one worker.
// Bounds     A record grows by at most 6 bytes for a byte of its body, and its template and 400.
// Cost       About 20 ns a record whose body is spliced; no allocation in steady state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/event/record_batch.h"
#include "sinks/document_template.h"
#include "sinks/parsed_body.h"
#include "sinks/payload.h"

namespace tailrace {

struct EncodeTarget {
  const DocumentTemplate* document = nullptr;
  std::string_view into;  // Escaped; empty: members go to the root.
  // The range of the batch; absent when all of its records lie in earlier ones.
  std::optional<RangeRef> range;
  // When the batch was read, in RFC 3339 as its times are; for records that have none.
  std::string_view read_time;
  // By position in batch.joined: the constant half of that record's id.
  std::span<const std::string_view> joined_keys;
  uint64_t branch = 1;  // Records that do not have this bit (ParsedBody::branches) are left out.
};

class DocumentEncoder {
 public:
  // Appends the records of `batch` that go to the target's branch as items, and the references that
  // the items need to payload.ranges; the caller takes those references. Returns how many of the
  // records were not valid UTF-8.
  uint64_t Encode(const RecordBatch& batch, const ParsedBodies& bodies, const EncodeTarget& target,
                  Payload& payload) const;

 private:
  // Where the references of a payload's items stand.
  struct RangeTrack {
    size_t next_joined = 0;             // In batch.joined.
    std::optional<uint32_t> own_range;  // Where target.range stands in payload.ranges.
    std::string_view joined_key;        // Of the record at hand.
  };
  // One record on its way into the payload.
  struct Place {
    size_t index = 0;
    BodyKind kind = BodyKind::kText;
    std::string_view body;           // The text, or the members.
    std::string_view event_members;  // Of the application.
    std::string_view log_members;
    std::string_view time;      // 30 characters.
    std::string_view original;  // Where it is not UTF-8.
    bool refused = false;
    std::string_view joined_key;  // Empty: the id's key is the template's.
    bool utf8 = true;
  };

  static void AddRanges(const RecordBatch& batch, const EncodeTarget& target, size_t record,
                        RangeTrack& track, Payload& payload);
  static Place PlaceOf(const RecordBatch& batch, const ParsedBodies& bodies,
                       const EncodeTarget& target, size_t record);
  size_t Bound(const EncodeTarget& target, const Place& place) const;
  char* WriteHead(const RecordBatch& batch, const EncodeTarget& target, const Place& place,
                  char* out) const;
  char* WriteLogRest(const RecordBatch& batch, const Place& place, char* out) const;
  char* WriteEventId(const RecordBatch& batch, const EncodeTarget& target, const Place& place,
                     char* out) const;
  char* WriteBody(const EncodeTarget& target, const Place& place, char* out) const;
};

}  // namespace tailrace
