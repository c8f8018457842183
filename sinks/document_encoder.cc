#include "sinks/document_encoder.h"

#include <charconv>
#include <cstring>

#include "agent/codec/base64.h"
#include "agent/json/json_escape.h"
#include "agent/json/utf8.h"
#include "sinks/record_id.h"

namespace tailrace {
namespace {

constexpr size_t kExtraBytes = 400;  // Offset, flags, id, names of members, punctuation.
constexpr size_t kIostreamLength = 6;

char* Put(char* out, std::string_view text) noexcept {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

struct FlagName {
  uint16_t flag;
  std::string_view name;
};
constexpr FlagName kFlagNames[] = {
    {kFlagCut, "\"truncated\""}, {kFlagPartial, "\"partial\""}, {kFlagMalformed, "\"malformed\""}};

}  // namespace

size_t DocumentEncoder::Bound(const EncodeTarget& target, const Place& place) const {
  return target.document->text().size() + target.into.size() + kExtraBytes +
         EscapeBound(place.body.size()) + place.event_members.size() + place.log_members.size() +
         (place.utf8 ? 0 : place.original.size() / 3 * 4 + 4);
}

// The references that the item of `record`, the last of the payload, needs.
void DocumentEncoder::AddRanges(const RecordBatch& batch, const EncodeTarget& target, size_t record,
                                RangeTrack& track, Payload& payload) {
  PayloadItem& item = payload.items.back();
  item.first_range = static_cast<uint32_t>(payload.ranges.size());
  track.joined_key = {};
  size_t& next = track.next_joined;
  while (next < batch.joined.size() && batch.joined[next].record < record) ++next;
  if (next < batch.joined.size() && batch.joined[next].record == record) {
    track.joined_key = target.joined_keys[next];
    track.own_range.reset();  // The item's ranges stand side by side.
  } else if (track.own_range) {
    item.first_range = *track.own_range;
  }
  for (; next < batch.joined.size() && batch.joined[next].record == record; ++next) {
    payload.ranges.push_back(batch.joined[next].first_range);
  }
  if (target.range && !track.own_range) {
    track.own_range = static_cast<uint32_t>(payload.ranges.size());
    payload.ranges.push_back(*target.range);
  }
  const size_t end = track.own_range ? *track.own_range + 1 : payload.ranges.size();
  item.range_count = static_cast<uint32_t>(end - item.first_range);
}

DocumentEncoder::Place DocumentEncoder::PlaceOf(const RecordBatch& batch,
                                                const ParsedBodies& bodies,
                                                const EncodeTarget& target, size_t record) {
  const ParsedBody& parsed = bodies.records[record];
  Place place;
  place.index = record;
  place.kind = parsed.kind;
  place.body = batch.Text(batch.bodies[record]);
  place.time = batch.times[record].empty() ? target.read_time : batch.Text(batch.times[record]);
  if (!parsed.time.empty()) place.time = parsed.time;
  place.refused = parsed.refused || parsed.kind == BodyKind::kRefused;
  if (parsed.kind == BodyKind::kMembers) {
    place.body = bodies.Members(parsed, place.body);
    place.event_members = bodies.EventMembers(parsed);
    place.log_members = bodies.LogMembers(parsed);
    place.original = parsed.original;
    place.utf8 = !parsed.not_utf8;
  } else {
    place.original = place.body;
    place.utf8 = IsValidUtf8(place.body);
  }
  return place;
}

uint64_t DocumentEncoder::Encode(const RecordBatch& batch, const ParsedBodies& bodies,
                                 const EncodeTarget& target, Payload& payload) const {
  uint64_t not_utf8 = 0;
  const bool bulk = target.document->document_at() > 0;
  RangeTrack track;
  payload.items.reserve(payload.items.size() + batch.size());
  for (size_t i = 0; i < batch.size(); ++i) {
    if ((bodies.records[i].branches & target.branch) == 0) continue;
    Place place = PlaceOf(batch, bodies, target, i);
    if (!place.utf8) ++not_utf8;
    PayloadItem& item = payload.items.emplace_back();
    AddRanges(batch, target, i, track, payload);
    place.joined_key = track.joined_key;
    item.offset = static_cast<uint32_t>(payload.bytes.size());
    item.body_offset = bulk ? static_cast<uint32_t>(target.document->document_at()) : 0;
    char* out = payload.bytes.Reserve(Bound(target, place));
    out = WriteHead(batch, target, place, out);
    out = WriteLogRest(batch, place, out);
    out = WriteEventId(batch, target, place, out);
    out = WriteBody(target, place, out);
    *out++ = '}';
    *out++ = '\n';
    payload.bytes.CommitUpTo(out);
    item.length = static_cast<uint32_t>(payload.bytes.size()) - item.offset;
  }
  return not_utf8;
}

char* DocumentEncoder::WriteHead(const RecordBatch& batch, const EncodeTarget& target,
                                 const Place& place, char* out) const {
  const DocumentTemplate& document = *target.document;
  char* const begin = out;
  out = Put(out, document.text());
  Put(begin + document.time_at(), place.time);
  if (batch.flags[place.index] & kFlagStderr && document.iostream_at() != DocumentTemplate::kNone) {
    std::memcpy(begin + document.iostream_at(), "stderr", kIostreamLength);
  }
  if (document.id_position_at() != DocumentTemplate::kNone) {
    char* const id = begin + document.id_position_at();
    if (!place.joined_key.empty()) Put(id - kRecordIdKeyLength, place.joined_key);
    WriteRecordIdPosition(batch.offsets[place.index], batch.covered[place.index], id);
  }
  return std::to_chars(out, out + 20, batch.offsets[place.index]).ptr;
}

// What of `log` follows its offset, to its closing brace.
char* DocumentEncoder::WriteLogRest(const RecordBatch& batch, const Place& place, char* out) const {
  const uint16_t flags = batch.flags[place.index];
  if ((flags & (kFlagCut | kFlagPartial | kFlagMalformed)) != 0 || place.refused || !place.utf8)
      [[unlikely]] {
    out = Put(out, R"(,"flags":[)");
    for (const FlagName& named : kFlagNames) {
      if ((flags & named.flag) == 0) continue;
      out = Put(out, named.name);
      *out++ = ',';
    }
    if (place.refused) out = Put(out, R"("parse_error",)");
    if (!place.utf8) out = Put(out, R"("invalid_utf8",)");
    out[-1] = ']';
    if (!place.utf8) {
      out = Put(out, R"(,"original_base64":")");
      out = Put(out, Base64Encode(place.original));
      *out++ = '"';
    }
  }
  if (!place.log_members.empty()) {
    *out++ = ',';
    out = Put(out, place.log_members);
  }
  *out++ = '}';
  return out;
}

// event.id where the document carries its id, together with what the application has in `event`.
char* DocumentEncoder::WriteEventId(const RecordBatch& batch, const EncodeTarget& target,
                                    const Place& place, char* out) const {
  const std::string_view key = target.document->event_id_key();
  if (key.empty() && place.event_members.empty()) return out;
  out = Put(out, R"(,"event":{)");
  if (!key.empty()) {
    out = Put(out, R"("id":")");
    out = Put(out, place.joined_key.empty() ? key : place.joined_key);
    WriteRecordIdPosition(batch.offsets[place.index], batch.covered[place.index], out);
    out += kRecordIdLength - kRecordIdKeyLength;
    *out++ = '"';
    if (!place.event_members.empty()) *out++ = ',';
  }
  out = Put(out, place.event_members);
  *out++ = '}';
  return out;
}

// Everything behind our own metadata, with the comma before it.
char* DocumentEncoder::WriteBody(const EncodeTarget& target, const Place& place, char* out) const {
  if (place.kind != BodyKind::kMembers) {
    out = Put(out, R"(,"message":")");
    out = place.utf8 ? EscapeTo(out, place.body) : EscapeLossyTo(out, place.body);
    *out++ = '"';
    return out;
  }
  if (!target.into.empty()) {
    *out++ = ',';
    *out++ = '"';
    out = Put(out, target.into);
    out = Put(out, "\":{");
    out = Put(out, place.body);
    *out++ = '}';
  } else if (!place.body.empty()) {
    *out++ = ',';
    out = Put(out, place.body);
  }
  return out;
}

}  // namespace tailrace
