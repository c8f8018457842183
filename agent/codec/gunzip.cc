#include "agent/codec/gunzip.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

#include "agent/base/check.h"

namespace tailrace {
namespace {

// isa-l counts in 32 bits; a longer piece is given to it in several.
constexpr size_t kMaxPieceBytes = size_t{1} << 30;

}  // namespace

struct GunzipStream::Inflater {
  enum class Phase : uint8_t { kBetweenMembers, kInMember, kPadding, kCorrupt, kTooLarge };

  explicit Inflater(uint64_t max_output) { Begin(max_output); }

  void Begin(uint64_t max_output) noexcept {
    max_output_bytes = max_output;
    output_bytes = 0;
    members = 0;
    input = {};
    phase = Phase::kBetweenMembers;
    isal_inflate_init(&state);
  }

  // Looks at what follows a member. Returns false when there is no input to tell by.
  bool BeginMember() noexcept {
    if (phase == Phase::kPadding || (members > 0 && !input.empty() && input.front() == '\0')) {
      phase = Phase::kPadding;
      const size_t first_other = input.find_first_not_of('\0');
      if (first_other != std::string_view::npos) phase = Phase::kCorrupt;
      input = {};
      return phase == Phase::kCorrupt;
    }
    if (input.empty()) return false;
    isal_inflate_reset(&state);
    isal_gzip_header_init(&header);
    state.crc_flag = ISAL_GZIP;
    phase = Phase::kInMember;
    return true;
  }

  // One call of isa-l. Returns the bytes that it wrote to `output`.
  size_t Inflate(std::span<char> output) noexcept {
    const size_t in_bytes = std::min(input.size(), kMaxPieceBytes);
    const size_t out_bytes = std::min(output.size(), kMaxPieceBytes);
    // isa-l reads through a pointer to non-const.
    state.next_in = const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(input.data()));
    state.avail_in = static_cast<uint32_t>(in_bytes);
    state.next_out = reinterpret_cast<uint8_t*>(output.data());
    state.avail_out = static_cast<uint32_t>(out_bytes);
    // isal_inflate would read the header too, but forgets its flags when the piece ends within it
    // and goes on with what happens to be on the stack.
    int result = ISAL_DECOMP_OK;
    if (state.wrapper_flag == 0) result = isal_read_gzip_header(&state, &header);
    if (result == ISAL_DECOMP_OK) result = isal_inflate(&state);
    if (result < 0 || result == ISAL_NEED_DICT) {
      phase = Phase::kCorrupt;  // avail_in may then have wrapped around below zero.
      return out_bytes - state.avail_out;
    }
    input.remove_prefix(in_bytes - state.avail_in);
    if (state.block_state == ISAL_BLOCK_FINISH) {
      phase = Phase::kBetweenMembers;
      ++members;
    }
    return out_bytes - state.avail_out;
  }

  GunzipStep Fill(std::span<char> output) noexcept;

  inflate_state state;
  isal_gzip_header header;
  std::string_view input;
  uint64_t max_output_bytes = 0;
  uint64_t output_bytes = 0;
  uint64_t members = 0;
  Phase phase = Phase::kBetweenMembers;
};

GunzipStep GunzipStream::Inflater::Fill(std::span<char> output) noexcept {
  size_t filled = 0;
  for (;;) {
    if (phase == Phase::kCorrupt) return {GunzipState::kCorrupt, filled};
    if (phase == Phase::kTooLarge) return {GunzipState::kTooLarge, filled};
    if (phase != Phase::kInMember && !BeginMember()) return {GunzipState::kNeedInput, filled};
    if (phase != Phase::kInMember) continue;
    if (filled == output.size()) return {GunzipState::kOutputFull, filled};

    const size_t input_before = input.size();
    const uint64_t room = max_output_bytes - output_bytes;
    if (room == 0) {
      // The limit is reached. One byte more, into a place that nobody sees, tells whether the
      // stream ends here.
      char beyond;
      if (Inflate({&beyond, 1}) > 0) {
        phase = Phase::kTooLarge;
        continue;
      }
    } else {
      const size_t wanted = std::min<uint64_t>(output.size() - filled, room);
      const size_t written = Inflate(output.subspan(filled, wanted));
      filled += written;
      output_bytes += written;
      if (written > 0) continue;
    }
    const bool stuck = phase == Phase::kInMember && input.size() == input_before;
    if (stuck && input.empty()) return {GunzipState::kNeedInput, filled};
    if (stuck) phase = Phase::kCorrupt;  // isa-l neither reads on nor says why.
  }
}

GunzipStream::GunzipStream(uint64_t max_output_bytes)
    : inflater_(std::make_unique<Inflater>(max_output_bytes)) {}
GunzipStream::~GunzipStream() = default;
GunzipStream::GunzipStream(GunzipStream&&) noexcept = default;
GunzipStream& GunzipStream::operator=(GunzipStream&&) noexcept = default;

void GunzipStream::Reset(uint64_t max_output_bytes) noexcept { inflater_->Begin(max_output_bytes); }

void GunzipStream::Feed(std::string_view input) noexcept {
  CHECK(inflater_->input.empty());
  inflater_->input = input;
}

GunzipStep GunzipStream::Next(std::span<char> output) noexcept {
  CHECK(!output.empty());
  return inflater_->Fill(output);
}

absl::Status GunzipStream::Finish() const {
  const char* problem = nullptr;
  switch (inflater_->phase) {
    case Inflater::Phase::kTooLarge:
      return absl::ResourceExhaustedError(
          absl::StrCat("gunzip: over ", inflater_->max_output_bytes, " bytes of output"));
    case Inflater::Phase::kCorrupt:
      problem = inflater_->members == 0 ? "gunzip: no gzip, or damaged, after "
                                        : "gunzip: damaged, or garbage behind a member, after ";
      break;
    case Inflater::Phase::kInMember:
      problem = "gunzip: truncated after ";
      break;
    case Inflater::Phase::kPadding:
      return absl::OkStatus();
    case Inflater::Phase::kBetweenMembers:
      if (inflater_->members > 0) return absl::OkStatus();
      problem = "gunzip: no input, after ";
      break;
  }
  return absl::DataLossError(absl::StrCat(problem, inflater_->output_bytes, " bytes of output"));
}

bool GunzipStream::at_member_end() const noexcept {
  return inflater_->phase == Inflater::Phase::kPadding ||
         inflater_->phase == Inflater::Phase::kBetweenMembers;
}

uint64_t GunzipStream::output_bytes() const noexcept { return inflater_->output_bytes; }

absl::StatusOr<std::string> Gunzip(std::string_view input, size_t max_output_bytes) {
  constexpr size_t kPieceBytes = 64 * 1024;
  GunzipStream stream(max_output_bytes);
  stream.Feed(input);
  std::string output;
  size_t filled = 0;
  GunzipStep step{GunzipState::kOutputFull, 0};
  while (step.state == GunzipState::kOutputFull) {
    if (filled == output.size()) output.resize(std::max(kPieceBytes, output.size() * 2));
    step = stream.Next(std::span(output).subspan(filled));
    filled += step.bytes;
  }
  if (absl::Status status = stream.Finish(); !status.ok()) return status;
  output.resize(filled);
  return output;
}

}  // namespace tailrace
