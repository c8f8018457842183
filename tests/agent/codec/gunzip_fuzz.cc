// Gzip that arrives byte by byte gives the same as in one piece, ends within its bounds, and reads
// nothing beyond its input, whatever the bytes are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/check.h"
#include "agent/codec/gunzip.h"

namespace tailrace {
namespace {

constexpr size_t kOutputMax = 64 * 1024;

struct Unpacked {
  std::string output;
  absl::StatusCode code;
};

Unpacked InPieces(std::string_view packed, size_t piece_bytes) {
  GunzipStream stream(kOutputMax);
  Unpacked unpacked;
  char buffer[512];
  std::string piece;
  for (size_t at = 0;;) {
    const GunzipStep step = stream.Next(buffer);
    unpacked.output.append(buffer, step.bytes);
    if (step.state == GunzipState::kOutputFull) continue;
    if (step.state != GunzipState::kNeedInput || at == packed.size()) break;
    // A copy of its own, so that ASan sees a read beyond the piece.
    piece = packed.substr(at, piece_bytes);
    piece.shrink_to_fit();
    stream.Feed(piece);
    at += piece.size();
  }
  unpacked.code = stream.Finish().code();
  CHECK(unpacked.output.size() <= kOutputMax);
  return unpacked;
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tailrace::InPieces;
  const std::string_view packed(reinterpret_cast<const char*>(data), size);
  const auto whole = InPieces(packed, std::max<size_t>(size, 1));
  const auto bytewise = InPieces(packed, 1);
  CHECK(whole.code == bytewise.code);
  if (whole.code == absl::StatusCode::kOk) CHECK(whole.output == bytewise.output);
  return 0;
}
