// HeadKey makes the key of a generation from its head and from where it was found. See
// agent/event/file_key.h for what goes in.
//
// Threads    Not thread-safe; owned by the reader.
// Failure    Where the head has no date (a CRI or docker log whose first line is not of its format,
//            or a docker line so long that its "time" lies behind the head) the day is 0.
// Cost       Some 3 microseconds a key: once a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/crypto/keyed_hash.h"
#include "agent/event/stream.h"

namespace tailrace {

// The file's first line with its newline, cut at kHeadBytesMax; all of `bytes` when it holds
// neither a newline nor that many.
std::string_view HeadOf(std::string_view bytes);
// The line is complete: more bytes behind it change nothing.
bool HeadIsComplete(std::string_view head);

class HeadKey {
 public:
  HeadKey(std::string_view id_key, std::string cluster, std::string node);

  FileKey Make(FileFormat format, const PodLabels& pod, const FileIdentity& identity,
               std::string_view head) const;

 private:
  const KeyedHash hash_;
  const std::string cluster_;
  const std::string node_;
};

}  // namespace tailrace
