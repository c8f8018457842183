// FieldWriter writes the fields of a record as members of our documents, so that they are valid
// JSON, no name stands twice, and nothing of an application's poses as ours.
//
//   named by the config   `http.status` becomes {"http":{"status":..}}; what begins with `log.` and
//                         `event.` goes into the objects of that name which the document has
//   of the application    stands as it is named, dots included; a reserved name moves below `app.`,
//                         one that Elasticsearch refuses is repaired (agent/json/field_name.h)
//   the same name twice   the config's field wins, else the last one
//   a name of the config below one of the application's (`http.status`, and the application has an
//   `http`) is written with its dots, which Elasticsearch takes for the same path
//
// Threads    Not thread-safe, one a worker and plan.
// Ownership  What Write returns lasts until the next Write.
// Bounds     Names of the config have at most kLevelsMax levels that nest; the others keep their
//            dots. Memory follows the largest record.
// Cost       About 5 ns a field while records have the same fields of the config as the one before,
//            else 30 ns; no allocation in steady state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/event/field.h"
#include "agent/json/reserved_names.h"
#include "agent/json/scoped_names.h"

namespace tailrace {

struct WrittenFields {
  std::string_view members;        // "a":1,"b":{"c":2} and empty when there are none.
  std::string_view event_members;  // The same for `event`.
  std::string_view log_members;    // And for `log`.
  uint32_t moved = 0;              // Fields that are now below `app.`.
  uint32_t duplicates = 0;         // Fields left out for another one of the same name.
  bool valid_utf8 = true;          // No text needed U+FFFD.
};

class FieldWriter {
 public:
  static constexpr size_t kLevelsMax = 8;

  // REQUIRES: values that are JSON tokens are valid and on one line. 16 bytes may be read behind
  // each value, 2 at each name.
  WrittenFields Write(std::span<const Field> fields, const ReservedNames& reserved);

 private:
  static constexpr size_t kHomes = 3;
  enum Home : uint8_t { kRoot, kEvent, kLog };

  // A field's place in the document.
  struct Member {
    uint32_t field = 0;  // Index in fields_.
    Home home = kRoot;
    bool ours = false;
    bool nested = false;       // Its dots are levels.
    bool dropped = false;      // Another one of the same name is written.
    bool done = false;         // While the steps are made.
    uint32_t name_offset = 0;  // In names_: without the name of its home, with "app." if moved.
    uint32_t name_length = 0;
  };
  // Text that is the same for all records with these names, and then a field's value.
  struct Step {
    uint32_t text_offset = 0;  // In text_.
    uint32_t text_length = 0;
    uint32_t field = kNoField;
  };
  static constexpr uint32_t kNoField = static_cast<uint32_t>(-1);

  bool HasShapeOf(std::span<const Field> fields) const;
  void MakeShape(std::span<const Field> fields, const ReservedNames& reserved);
  void Place(uint32_t index, const ReservedNames& reserved);
  void PlaceEventObject(const Field& event);
  void AddMember(uint32_t field, Home home, bool nested, std::string_view prefix,
                 std::string_view name);
  void DropDuplicates();
  void KeepDotsBelowOthers();
  void MakeLevel(Home home, std::string_view path, size_t level, std::string& text);
  void EndStep(uint32_t field, std::string& text, Home home);
  std::string_view NameOf(const Member& member) const {
    return std::string_view(names_).substr(member.name_offset, member.name_length);
  }
  size_t Bound() const;
  char* Run(const std::vector<Step>& steps, char* out, bool& valid_utf8) const;

  // The shape of the last record, kept while only names of the config make it.
  FieldList fields_;  // With the members of an application's `event` behind the record's own.
  size_t record_fields_ = 0;
  std::string shape_names_;  // Of its fields, side by side.
  bool shape_holds_ = false;
  std::vector<Member> members_;
  std::string names_;
  std::string text_;
  std::array<std::vector<Step>, kHomes> steps_;
  uint32_t moved_ = 0;
  uint32_t duplicates_ = 0;

  ScopedNames table_;
  std::string unescaped_;
  std::string out_;
};

}  // namespace tailrace
