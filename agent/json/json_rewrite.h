// JsonRewriter is the slow path that makes any valid object safe to send on: it writes it again so
// that every name is there once and may be indexed, it is one line, and all its text is text.
//
//   duplicate names    the last one wins, at every depth, and stays where it stands; names are
//                      compared after unescaping and repair
//   unsafe names       repaired as in field_name.h, so "" and "_" become duplicates
//   whitespace         between the tokens is left out
//   lone surrogates    become \ufffd
//
// Everything else keeps its spelling, numbers above all.
//
// Threads    Not thread-safe, one a worker.
// Bounds     The result has at most 2 * size + 64 bytes. Memory 64 bytes a name and the repaired
//            or unescaped names; what over `kKeptNames` of them needed is given back.
// Cost       Linear, a few ns a byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/json_fields.h"
#include "agent/json/json_walker.h"
#include "agent/json/scoped_names.h"

namespace tailrace {

struct RewriteCounts {
  uint32_t duplicates = 0;  // Members left out since a later one has the same name.
  uint32_t renamed = 0;     // Names repaired, those of left out members included.
};

class JsonRewriter {
 public:
  static constexpr size_t kKeptNames = 16384;

  JsonRewriter() = default;

  // Replaces `out` by the object that `text` holds, and `fields` by its members in `out`. 16 bytes
  // after the end of `out` may be read.
  // REQUIRES: JsonWalker::Walk returned kObject for `text`; 16 bytes after it may be read.
  RewriteCounts Rewrite(std::string_view text, std::string& out, JsonFields& fields);

 private:
  // In the order of the text; those within a member's value follow it.
  struct Member {
    uint32_t scope = 0;
    uint32_t name_offset = 0;  // In names_ when `own_name`, else in the text.
    uint32_t name_length = 0;
    uint32_t value_end = 0;    // In the text.
    uint32_t next_member = 0;  // The first one that is not within this one's value.
    bool own_name = false;
    bool renamed = false;  // So its name must be escaped again.
    bool dropped = false;
  };
  // A container that is open.
  struct Open {
    uint32_t scope = 0;
    uint32_t member = 0;  // The member whose value is at hand, when it is an object.
    bool object = false;
  };

  void FindMembers();
  void EndValue(const Open& open, uint32_t end);
  void SettleName(Member& member);
  void DropDuplicates();
  std::string_view NameOf(const Member& member) const;

  void WriteObject(std::string& out, JsonFields& fields) const;

  std::string_view text_;  // During Rewrite.
  std::vector<Member> members_;
  std::string names_;  // Names that are spelled otherwise in the text.
  ScopedNames table_;
  RewriteCounts counts_;
  uint32_t scope_count_ = 0;
};

}  // namespace tailrace
