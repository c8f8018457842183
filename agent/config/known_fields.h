// KnownFields are the fields that records can have behind the stages that were added, for a warning
// about those that are used and that nothing can make.
//
//   parse: {pattern: '<ip> <status>'}     ip, status
//   rename: {status: http.status}         http.status as well, and `http`, which it stands in
//   parse: json                           anything
//
// Invariants  Errs on the side of "may": what a stage removes is still known, a name is known below
//             and above what is made, and a kind of stage that is not known here makes anything.
// Threads     Not thread-safe; lives while a pipeline is loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/stage_chain.h"

namespace tailrace {

class KnownFields {
 public:
  // Knows what every record has: its text.
  KnownFields();

  void AddStage(const StageSpec& stage);
  void AddAnything() { anything_ = true; }

  bool MayHave(const FieldPath& path) const;
  // The known name that `path` may be misspelt for; "" when there is none.
  std::string_view Nearest(const FieldPath& path) const;

 private:
  void AddParser(const StageSpec& stage);

  std::vector<std::string> names_;
  bool anything_ = false;
};

}  // namespace tailrace
