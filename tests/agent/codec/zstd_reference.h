// What libzstd itself says of frames, and what stands in them.
//
// Threads    Any.
// Failure    ZstdUnpack returns "zstd: ..." for what libzstd refuses; tests compare whole strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tailrace {

// A frame with the features that a writer may choose.
struct ZstdFrameShape {
  int level = 3;
  bool checksum = false;
  bool content_size = true;
  int window_log = 0;  // 0: as the level has it.
};
std::string ZstdPack(std::string_view input, const ZstdFrameShape& shape);

// The content of all frames, as zstdcat(1) prints it.
std::string ZstdUnpack(std::string_view input);

// Where the first frame ends, or -1.
int64_t ZstdFirstFrameBytes(std::string_view input);

}  // namespace tailrace
