#include "tests/judge/server/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace tailrace {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way to say gzip only

InflateResult Run(std::string_view compressed, size_t max_bytes, z_stream* stream,
                  std::string* out) {
  stream->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(compressed.data()));
  stream->avail_in = static_cast<uInt>(compressed.size());
  size_t done = 0;
  while (true) {
    if (done == out->size()) {
      if (done >= max_bytes) return InflateResult::kTooLarge;
      out->resize(std::min(max_bytes, std::max<size_t>(2 * done, 64 << 10)));
    }
    stream->next_out = reinterpret_cast<Bytef*>(out->data() + done);
    stream->avail_out = static_cast<uInt>(out->size() - done);
    const int result = inflate(stream, Z_NO_FLUSH);
    done = out->size() - stream->avail_out;
    if (result == Z_STREAM_END && stream->avail_in > 0) {
      if (inflateReset(stream) != Z_OK) return InflateResult::kBad;
    } else if (result == Z_STREAM_END) {
      out->resize(done);
      return InflateResult::kGood;
    } else if (result != Z_OK || (stream->avail_in == 0 && stream->avail_out > 0)) {
      return InflateResult::kBad;
    }
  }
}

}  // namespace

InflateResult Inflate(std::string_view compressed, size_t max_bytes, std::string* out) {
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return InflateResult::kBad;
  out->resize(std::min(max_bytes, out->capacity()));
  const InflateResult result = Run(compressed, max_bytes, &stream, out);
  inflateEnd(&stream);
  return result;
}

}  // namespace tailrace
