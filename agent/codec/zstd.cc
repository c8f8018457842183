#include "agent/codec/zstd.h"

#include <zstd.h>

#include <array>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

constexpr uint32_t kMagic = ZSTD_MAGICNUMBER;
constexpr uint32_t kSkippableMagic = ZSTD_MAGIC_SKIPPABLE_START;
constexpr uint32_t kSkippableMask = ZSTD_MAGIC_SKIPPABLE_MASK;
constexpr size_t kMagicBytes = 4;
constexpr int64_t kSkippableLengthBytes = 4;
constexpr int64_t kBlockHeaderBytes = 3;
constexpr int64_t kChecksumBytes = 4;

struct DecoderDelete {
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

uint32_t LittleEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return value;
}

// RFC 8878, 3.1.1.1.1: what stands between the magic number and the first block.
int64_t HeaderBytes(uint32_t descriptor) {
  constexpr std::array<int64_t, 4> kDictionaryBytes = {0, 1, 2, 4};
  constexpr std::array<int64_t, 4> kSizeBytes = {0, 2, 4, 8};
  const bool single_segment = (descriptor & 0x20) != 0;
  const unsigned size_flag = descriptor >> 6;
  const int64_t size_bytes = size_flag == 0 && single_segment ? 1 : kSizeBytes[size_flag];
  return 1 + (single_segment ? 0 : 1) + kDictionaryBytes[descriptor & 3] + size_bytes;
}

// Gives the beginning of a store in pieces, and says where it ends.
class Walk {
 public:
  Walk(int64_t begin, int64_t size_bytes, ReadAt read)
      : offset_(begin), size_bytes_(size_bytes), read_(read) {}

  // The little-endian number in the next `size` bytes.
  std::optional<uint32_t> Take(int64_t size) {
    if (size > size_bytes_ - offset_) return std::nullopt;
    const std::string_view bytes = read_(offset_, size);
    if (static_cast<int64_t>(bytes.size()) != size) return std::nullopt;
    offset_ += size;
    return LittleEndian(bytes);
  }
  bool Skip(int64_t size) {
    if (size > size_bytes_ - offset_) return false;
    offset_ += size;
    return true;
  }
  int64_t offset() const { return offset_; }

 private:
  int64_t offset_;
  const int64_t size_bytes_;
  const ReadAt read_;
};

// Over the blocks, to behind the last one. False when they are torn, or none.
bool SkipBlocks(Walk& walk) {
  constexpr uint32_t kRepeated = 1;
  constexpr uint32_t kReserved = 3;
  for (;;) {
    const std::optional<uint32_t> header = walk.Take(kBlockHeaderBytes);
    if (!header.has_value()) return false;
    const uint32_t type = *header >> 1 & 3;
    if (type == kReserved || !walk.Skip(type == kRepeated ? 1 : *header >> 3)) return false;
    if ((*header & 1) != 0) return true;
  }
}

}  // namespace

struct ZstdCompressor::Context {
  ZSTD_CCtx* context;
};

ZstdCompressor::ZstdCompressor(int level) : context_(new Context{ZSTD_createCCtx()}) {
  CHECK(context_->context != nullptr);
  for (const auto& [parameter, value] :
       {std::pair(ZSTD_c_compressionLevel, level), std::pair(ZSTD_c_checksumFlag, 1)}) {
    CHECK(ZSTD_isError(ZSTD_CCtx_setParameter(context_->context, parameter, value)) == 0);
  }
}

ZstdCompressor::~ZstdCompressor() { ZSTD_freeCCtx(context_->context); }

void ZstdCompressor::AppendTo(std::string_view input, std::string& output) {
  const size_t start = output.size();
  output.resize(start + ZSTD_compressBound(input.size()));
  const size_t size = ZSTD_compress2(context_->context, output.data() + start,
                                     output.size() - start, input.data(), input.size());
  CHECK(ZSTD_isError(size) == 0);  // There is room for whatever it makes.
  output.resize(start + size);
}

bool BeginsZstdFrame(std::string_view bytes) {
  if (bytes.size() < kMagicBytes) return false;
  const uint32_t magic = LittleEndian(bytes.substr(0, kMagicBytes));
  return magic == kMagic || (magic & kSkippableMask) == kSkippableMagic;
}

std::optional<int64_t> FindZstdFrameEnd(int64_t begin, int64_t size_bytes, ReadAt read) {
  Walk walk(begin, size_bytes, read);
  const std::optional<uint32_t> magic = walk.Take(kMagicBytes);
  if (!magic.has_value()) return std::nullopt;
  if ((*magic & kSkippableMask) == kSkippableMagic) {
    const std::optional<uint32_t> length = walk.Take(kSkippableLengthBytes);
    if (!length.has_value() || !walk.Skip(*length)) return std::nullopt;
    return walk.offset();
  }
  if (*magic != kMagic) return std::nullopt;
  const std::optional<uint32_t> descriptor = walk.Take(1);
  if (!descriptor.has_value()) return std::nullopt;
  const bool has_checksum = (*descriptor & 4) != 0;
  if (!walk.Skip(HeaderBytes(*descriptor) - 1) || !SkipBlocks(walk)) return std::nullopt;
  if (has_checksum && !walk.Skip(kChecksumBytes)) return std::nullopt;
  return walk.offset();
}

bool IsSoundZstdFrame(std::string_view frame, uint64_t max_output_bytes) {
  const std::unique_ptr<ZSTD_DCtx, DecoderDelete> context(ZSTD_createDCtx());
  CHECK(context != nullptr);
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer input = {frame.data(), frame.size(), 0};
  uint64_t done = 0;
  for (;;) {
    ZSTD_outBuffer output = {piece.data(), piece.size(), 0};
    const size_t before = input.pos;
    const size_t left = ZSTD_decompressStream(context.get(), &output, &input);
    done += output.pos;
    if (ZSTD_isError(left) != 0 || done > max_output_bytes) return false;
    if (left == 0) return input.pos == frame.size();
    if (output.pos == 0 && input.pos == before) return false;  // It wants more than there is.
  }
}

}  // namespace tailrace
