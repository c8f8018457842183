#include "tests/agent/codec/zstd_reference.h"

#include <zstd.h>

#include "agent/base/check.h"
#include "agent/base/strings.h"

namespace tailrace {

std::string ZstdPack(std::string_view input, const ZstdFrameShape& shape) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  const struct {
    ZSTD_cParameter parameter;
    int value;
  } settings[] = {{ZSTD_c_compressionLevel, shape.level},
                  {ZSTD_c_checksumFlag, shape.checksum ? 1 : 0},
                  {ZSTD_c_contentSizeFlag, shape.content_size ? 1 : 0},
                  {ZSTD_c_windowLog, shape.window_log}};
  for (const auto& setting : settings) {
    CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context, setting.parameter, setting.value)));
  }
  std::string packed(ZSTD_compressBound(input.size()), '\0');
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), input.data(), input.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

std::string ZstdUnpack(std::string_view input) {
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  std::string unpacked;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in = {input.data(), input.size(), 0};
  size_t left = 0;
  bool more = !input.empty();
  while (more) {
    ZSTD_outBuffer out = {piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(context, &out, &in);
    if (ZSTD_isError(left)) break;
    unpacked.append(piece, 0, out.pos);
    more = in.pos < in.size || out.pos == out.size;
  }
  ZSTD_freeDCtx(context);
  if (ZSTD_isError(left)) return Concat({"zstd: ", ZSTD_getErrorName(left)});
  return left == 0 ? unpacked : "zstd: truncated";
}

int64_t ZstdFirstFrameBytes(std::string_view input) {
  const size_t size = ZSTD_findFrameCompressedSize(input.data(), input.size());
  return ZSTD_isError(size) ? -1 : static_cast<int64_t>(size);
}

}  // namespace tailrace
