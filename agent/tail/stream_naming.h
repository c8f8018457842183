// StreamNaming says what a path is: which log it is a generation of, whether that is still being
// written, and what its labels are.
//
// Threads    Any; immutable but for what it is told of lineages.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/event/stream.h"
#include "agent/tail/tail_options.h"

namespace tailrace {

// What a name says of how old a generation is.
struct NameAge {
  std::string rotation;  // Below a pods root: grows with time.
  uint32_t number = 0;   // Elsewhere: the N of "app.log.N", which grows with age.
};

struct NamedStream {
  StreamInfo info;  // Without identity and key.
  bool rotated = false;
  NameAge age;
};

class StreamNaming {
 public:
  explicit StreamNaming(const std::vector<TailSourceOptions>& sources) : sources_(sources) {}

  // nullopt for what is no log of the source, and for the agent's own pod. `is_log(path, lineage)`
  // tells whether there is or was a log of that path: "app.log.1" is a generation of "app.log" only
  // then, and a log of its own otherwise.
  using IsLog = std::function<bool(const std::string& path, uint64_t lineage)>;
  std::optional<NamedStream> Name(SourceId source, const std::string& path,
                                  const IsLog& is_log) const;
  NameAge AgeOf(SourceId source, std::string_view path) const;

 private:
  std::optional<NamedStream> NamePodLog(SourceId source, std::string_view path) const;
  uint64_t LineageOf(SourceId source, std::string_view live_path) const;

  const std::vector<TailSourceOptions>& sources_;
};

}  // namespace tailrace
