#include "agent/codec/gzip.h"

#include <isa-l/igzip_lib.h>

#include <cstdint>
#include <limits>

#include "agent/base/check.h"

namespace tailrace {

struct GzipCompressor::Context {
  isal_zstream stream;
  uint8_t level_buffer[ISAL_DEF_LVL1_DEFAULT];
};

GzipCompressor::GzipCompressor() : context_(std::make_unique<Context>()) {}
GzipCompressor::~GzipCompressor() = default;

size_t GzipCompressor::MaxCompressedBytes(size_t input_bytes) noexcept {
  // Input that does not shrink becomes stored blocks: 5 bytes for each 65,535. Ten bytes of gzip
  // header and eight of trailer stand around them.
  constexpr size_t kStoredBlockBytes = 65535;
  return input_bytes + 5 * (input_bytes / kStoredBlockBytes + 1) + 18;
}

size_t GzipCompressor::Compress(std::string_view input, std::span<char> output) noexcept {
  const size_t room = MaxCompressedBytes(input.size());
  CHECK(room <= std::numeric_limits<uint32_t>::max());
  CHECK(output.size() >= room);
  isal_zstream& stream = context_->stream;
  isal_deflate_stateless_init(&stream);
  stream.level = 1;
  stream.level_buf = context_->level_buffer;
  stream.level_buf_size = sizeof context_->level_buffer;
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.flush = NO_FLUSH;
  // isa-l reads through a pointer to non-const.
  stream.next_in = const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(input.data()));
  stream.avail_in = static_cast<uint32_t>(input.size());
  stream.next_out = reinterpret_cast<uint8_t*>(output.data());
  stream.avail_out = static_cast<uint32_t>(room);
  CHECK(isal_deflate_stateless(&stream) == COMP_OK);
  return stream.total_out;
}

void GzipCompressor::AppendTo(std::string_view input, std::string& output) {
  const size_t start = output.size();
  output.resize(start + MaxCompressedBytes(input.size()));
  output.resize(start + Compress(input, std::span(output).subspan(start)));
}

}  // namespace tailrace
