// SafeMembers writes the members of a JSON object anew so that they may stand in one of our own
// documents, whatever the application sent:
//
//   names twice in one object  the last one wins, at every depth, counted
//   unsafe names               repaired, see field_name.h
//   reserved names             moved: "kubernetes": x becomes "app.kubernetes": x, counted; if
//                              anything was moved and the application has an `app` of its own that
//                              is no object, that one becomes "app.app"
//   event                      an `id` in it is moved to "app.event.id"; the rest can be had
//                              apart, to be put beside our own event.id
//   raw newlines, lone surrogates   left out; U+FFFD
//
// Threads    Not thread-safe; one a worker.
// Bounds     Depth as JsonWalker::kMaxDepth: what it accepted is REQUIRED here.
// Cost       A few microseconds for an ordinary line: it is for the lines that need it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/reserved_names.h"

namespace tailrace {

class SafeMembers {
 public:
  struct Result {
    std::string members;        // "a":1,"b":{} and so on; empty when there are none.
    std::string event_members;  // Those of the application's `event`, when asked for apart.
    uint64_t duplicates = 0;    // Names that were replaced by later ones.
    uint64_t moved = 0;
  };

  // `object` is a whole object that JsonWalker accepted. Without `reserved` nothing is moved: the
  // members do not go to a root. The result is valid until the next call.
  const Result& Write(std::string_view object, const ReservedNames* reserved, bool event_apart);

 private:
  struct Member {
    std::string name;        // Unescaped, repaired.
    std::string_view value;  // As it stands in the source.
  };

  std::vector<Member> Members(std::string_view object);
  void Reroot(std::vector<Member>& members, const ReservedNames& reserved, bool event_apart);
  void KeepLast(std::vector<Member>& members);
  void AppendMembers(const std::vector<Member>& members, std::string& out);
  void AppendValue(std::string_view value, std::string& out);
  void AppendObject(std::string_view object, std::string& out);
  void AppendArray(std::string_view array, std::string& out);

  Result result_;
};

}  // namespace tailrace
