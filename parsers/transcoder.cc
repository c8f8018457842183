#include "parsers/transcoder.h"

#include <iconv.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/strings.h"
#include "parsers/physical_line.h"

namespace tailrace {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
const iconv_t kNoHandle = reinterpret_cast<iconv_t>(-1);

absl::Status Refuse(std::string_view encoding, std::string_view why) {
  return absl::InvalidArgumentError(ToAbsl(Concat({"encoding \"", encoding, "\": ", why})));
}

}  // namespace

class Transcoder::Handle {
 public:
  static std::unique_ptr<Handle> Open(const char* to, const char* from) {
    const iconv_t handle = ::iconv_open(to, from);
    return handle == kNoHandle ? nullptr : std::unique_ptr<Handle>(new Handle(handle));
  }
  ~Handle() { ::iconv_close(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  enum class Outcome { kDone, kFull, kMalformed, kIncomplete };

  // Takes from `source` and from `room`, at `out`, what it could convert.
  Outcome Run(std::string_view& source, char*& out, size_t& room) {
    char* in = const_cast<char*>(source.data());  // iconv does not write there.
    size_t left = source.size();
    const size_t result = ::iconv(handle_, &in, &left, &out, &room);
    const int error = errno;
    source.remove_prefix(source.size() - left);
    if (result != static_cast<size_t>(-1)) return Outcome::kDone;
    if (error == E2BIG) return Outcome::kFull;
    return error == EINVAL ? Outcome::kIncomplete : Outcome::kMalformed;
  }
  // Writes what the converter still has, such as a letter that waited for its accent.
  void Finish(char*& out, size_t& room) { ::iconv(handle_, nullptr, nullptr, &out, &room); }
  void Reset() { ::iconv(handle_, nullptr, nullptr, nullptr, nullptr); }

  // All of a short text; nullopt if it cannot be converted.
  std::optional<std::string> RunAll(std::string_view source) {
    char buffer[64];
    char* out = buffer;
    size_t room = sizeof(buffer);
    Reset();
    if (Run(source, out, room) != Outcome::kDone) return std::nullopt;
    return std::string(buffer, static_cast<size_t>(out - buffer));
  }

 private:
  explicit Handle(iconv_t handle) : handle_(handle) {}
  const iconv_t handle_;
};

Transcoder::Transcoder(std::unique_ptr<Handle> to_utf8, std::string newline,
                       std::string carriage_return, std::string bom)
    : to_utf8_(std::move(to_utf8)),
      newline_(std::move(newline)),
      carriage_return_(std::move(carriage_return)),
      bom_(std::move(bom)) {}

Transcoder::~Transcoder() = default;

bool Transcoder::IsUtf8(std::string_view encoding) {
  std::string lower(encoding);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower.empty() || lower == "utf-8" || lower == "utf8";
}

absl::Status Transcoder::Validate(const std::string& encoding) {
  return IsUtf8(encoding) ? absl::OkStatus() : Open(encoding).status();
}

absl::StatusOr<std::unique_ptr<Transcoder>> Transcoder::Open(const std::string& encoding) {
  // iconv's suffixes, such as //IGNORE, would drop bytes in silence; of other odd names it takes
  // what it likes, down to the encoding of the locale.
  for (const char c : encoding) {
    const bool usual = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (!usual && std::string_view("-_.:+()").find(c) == std::string_view::npos) {
      return Refuse(encoding, "is no name of an encoding");
    }
  }
  std::unique_ptr<Handle> to_utf8 = Handle::Open("UTF-8", encoding.c_str());
  const std::unique_ptr<Handle> from_utf8 = Handle::Open(encoding.c_str(), "UTF-8");
  if (to_utf8 == nullptr || from_utf8 == nullptr) {
    return Refuse(encoding, "is not among those that `iconv -l` lists");
  }
  const std::optional<std::string> newline = from_utf8->RunAll("\n");
  const std::optional<std::string> two = from_utf8->RunAll("\n\n");
  const std::optional<std::string> carriage_return = from_utf8->RunAll("\r");
  if (!newline || !two || !carriage_return) return Refuse(encoding, "has no newline");
  if (*two != *newline + *newline) {
    return Refuse(encoding, "leaves the byte order to the file; name it, as in utf-16le");
  }
  const size_t unit = newline->size();
  if ((unit != 1 && unit != 2 && unit != 4) || carriage_return->size() != unit) {
    return Refuse(encoding, "has newlines of a form that is not supported");
  }
  return std::unique_ptr<Transcoder>(
      new Transcoder(std::move(to_utf8), *newline, *carriage_return,
                     from_utf8->RunAll(kUtf8Bom).value_or(std::string())));
}

size_t Transcoder::FindNewline(std::string_view units) const {
  for (size_t at = 0; (at = units.find(newline_, at)) != std::string_view::npos; ++at) {
    if (at % unit_bytes() == 0) return at;
  }
  return std::string_view::npos;
}

Transcoder::Converted Transcoder::Convert(std::string_view source, size_t bytes_max,
                                          std::string& out) {
  // A byte of TSCII may stand for several Tamil letters of three bytes each.
  const size_t bound = std::min(bytes_max, 12 * source.size() + kReplacement.size());
  const size_t begin = out.size();
  out.resize(begin + bound);
  char* at = out.data() + begin;
  size_t room = bound;
  Converted converted;
  const size_t source_size = source.size();
  to_utf8_->Reset();
  while (true) {
    const Handle::Outcome outcome = to_utf8_->Run(source, at, room);
    if (outcome == Handle::Outcome::kDone) to_utf8_->Finish(at, room);
    if (outcome == Handle::Outcome::kDone || outcome == Handle::Outcome::kFull) break;
    converted.malformed = true;
    if (room < kReplacement.size()) break;
    at = std::copy(kReplacement.begin(), kReplacement.end(), at);
    room -= kReplacement.size();
    const bool incomplete = outcome == Handle::Outcome::kIncomplete;
    source.remove_prefix(incomplete ? source.size() : std::min(unit_bytes(), source.size()));
    to_utf8_->Reset();
  }
  out.resize(static_cast<size_t>(at - out.data()));
  converted.source_bytes = source_size - source.size();
  return converted;
}

}  // namespace tailrace
