// StreamTemplate is a name with labels in it, such as `logs-{{ namespace }}-default`: where a
// record goes, decided by the labels of its stream.
//
// Invariants  Only stream labels can be named, so that an application cannot choose its own index;
//             `{{ .field }}`, which would name a field of the record, is refused by Parse.
// Threads     Immutable; any.
// Bounds      4 KiB of text. How many different names may come out of it is for the sink to bound.
// Failure     Parse: a SyntaxError.
// Cost        Render allocates its result. Per stream, not per event.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/lang/name_scope.h"

namespace tailrace {

class StreamTemplate {
 public:
  struct Part {
    std::string text;  // The label's name, or what stands there literally.
    bool is_label = false;
    size_t offset = 0;  // Of the name or the literal, in the template.

    friend bool operator==(const Part&, const Part&) = default;
  };

  StreamTemplate() = default;

  [[nodiscard]] static absl::StatusOr<StreamTemplate> Parse(std::string_view text);

  // The name for a stream with these labels; a missing label is empty.
  std::string Render(LabelLookup lookup) const;
  // The one name for all streams that come when too many names are in use.
  std::string RenderOverflow() const;

  // No label in it: one name for all.
  bool is_constant() const;
  const std::vector<Part>& parts() const { return parts_; }

  friend bool operator==(const StreamTemplate&, const StreamTemplate&) = default;

 private:
  std::vector<Part> parts_;
};

}  // namespace tailrace
