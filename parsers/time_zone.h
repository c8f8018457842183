// TimeZone turns the wall clock's time of a place into an instant, by the system's tzdata.
//
// Threads    Immutable; any.
// Ownership  Copies share what was loaded, which the process keeps.
// Failure    Load: kInvalidArgument for a zone that the system does not know.
// Cost       Load reads a file. ToInstant about 50 ns; nothing is allocated.
// Units      Seconds since 1970-01-01T00:00:00Z; civil seconds count as if the clock were UTC's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tailrace {

class TimeZone {
 public:
  // UTC.
  TimeZone();
  // "UTC", "local" (the machine's), a name of tzdata ("Europe/Paris") or an offset ("+05:30").
  [[nodiscard]] static absl::StatusOr<TimeZone> Load(std::string_view name);

  // When the clocks are put back an hour is there twice: of the two instants the one nearer to
  // `reference_seconds`. When they are put forward an hour is missing: its times are read as if the
  // clocks had not been changed yet.
  int64_t ToInstant(int64_t civil_seconds, int64_t reference_seconds) const noexcept;

  // What the clocks show at an instant.
  int64_t ToCivil(int64_t seconds) const noexcept;

  // What to subtract from the civil seconds of the minute that begins at `civil_minute_seconds`;
  // nullopt for the minutes that are there twice, not at all or in part.
  std::optional<int64_t> OffsetOfMinute(int64_t civil_minute_seconds) const noexcept;

  // The offset that an abbreviation in a text stands for: this zone's own ("CEST" in Europe/Paris),
  // this zone's name, or one that means the same everywhere (UTC, GMT, EST, CET, JST...). Those of
  // several meanings (IST, BST) are known in their own zones only.
  std::optional<int64_t> OffsetOf(std::string_view abbreviation, int64_t civil_seconds,
                                  int64_t reference_seconds) const noexcept;

 private:
  struct Abbreviation {
    std::string name;
    int64_t offset_seconds = 0;
  };

  void LearnAbbreviations();

  absl::TimeZone zone_;
  std::string name_;
  std::vector<Abbreviation> abbreviations_;
};

// "+hh", "+hhmm", "+hh:mm" with either sign, or "Z", at the begin of `text`; `size` is set to their
// bytes. Hours up to 23.
std::optional<int64_t> ReadOffset(std::string_view text, size_t& size) noexcept;

}  // namespace tailrace
