// SafeObjectBuilder turns an application's JSON object into members that may stand in a document of
// ours: `{` our members `,` these `}` is valid JSON on one line, has no name twice and nothing that
// poses as ours.
//
//   nothing to do      `members` is a view of the text itself
//   JsonTraits say so  the object is rewritten first (json_rewrite.h)
//   reserved name X    becomes "app.X"; a member `app` that is no object then becomes "app.app", as
//                      a field cannot be both. Of two members that end up with the same name the
//                      last one wins, counted. Paths within an object named `app` are not compared.
//   `event` object     its member `id` becomes "app.event.id"; the others stay, or are handed over
//                      apart for a caller that writes an `event` of its own
//
// Threads    Not thread-safe, one a worker.
// Ownership  The views of a SafeObject last until the next Build, and as long as the text.
// Bounds     Members have at most 2 * size + 64 bytes. Memory follows the largest object.
// Cost       About 15 ns for an ordinary line, 300 ns when something is moved, 3 ns a byte when the
//            object is rewritten. Nothing is allocated in steady state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/json_fields.h"
#include "agent/json/json_rewrite.h"
#include "agent/json/reserved_names.h"
#include "agent/json/scoped_names.h"

namespace tailrace {

enum class EventUse : uint8_t {
  kKeep,     // `event` stays among the members.
  kExtract,  // Its members are handed over in `event_members`.
};

struct SafeObject {
  std::string_view members;        // "a":1,"b":2 and empty when there are none.
  std::string_view event_members;  // The same of `event`; always empty with kKeep.
  uint32_t moved = 0;              // Members that are now below `app.`.
  uint32_t duplicates = 0;         // Members left out for a later one of the same name.
  uint32_t renamed = 0;            // Names repaired (field_name.h), at any depth.
};

class SafeObjectBuilder {
 public:
  // REQUIRES: `fields` are what JsonWalker::Walk found in `text`.
  SafeObject Build(std::string_view text, const JsonFields& fields, const ReservedNames& reserved,
                   EventUse event_use);

 private:
  struct Member {
    std::string_view prefix = {};  // Stands before the name.
    std::string_view name = {};    // As spelled.
    std::string_view value = {};
    bool dropped = false;
    size_t full_name_offset = 0;  // In full_names_, where it may meet another one.
    size_t full_name_length = 0;
  };

  NameUse UseOf(std::string_view text, const JsonField& field, const ReservedNames& reserved);
  bool MustRearrange(std::string_view text, const JsonFields& fields, const ReservedNames& reserved,
                     EventUse event_use);
  void Rearrange(std::string_view text, const JsonFields& fields, const ReservedNames& reserved,
                 EventUse event_use, SafeObject& object);
  void SplitEvent(std::string_view value, SafeObject& object);
  void MoveOwnApp(SafeObject& object);
  void DropSameNames(SafeObject& object);
  void WriteMembers();

  JsonRewriter rewriter_;
  std::string rewritten_;
  JsonFields rewritten_fields_;

  std::string unescaped_;
  std::vector<Member> members_;
  std::string event_;  // The members of `event` that are kept, in braces.
  std::string full_names_;
  ScopedNames table_;
  std::string out_;
};

}  // namespace tailrace
