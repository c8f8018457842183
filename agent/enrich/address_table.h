// An AddressTable is a MaxMind database (.mmdb), which knows things of networks by an address in
// them: countries, cities, systems.
//
// Invariants  An IPv4 address that is written in IPv6 (::ffff:192.0.2.1) is that address.
// Threads     Immutable; any.
// Ownership   The file is mapped, and stays as it was when it was opened, as long as it is replaced
//             and not written over (geoipupdate replaces it).
// Failure     Open: kNotFound, kInvalidArgument and the like, with the library's reason. What is no
//             address is a kBadKey; a value that is a map, a list, bytes or of 128 bits is not
//             found.
// Cost        About 1 microsecond for a key, and 200 ns for each value.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/enrich/lookup_value.h"
#include "agent/event/byte_arena.h"

struct MMDB_s;

namespace tailrace {

class AddressTable {
 public:
  // `paths` are what Find returns, in that order: country.iso_code, subdivisions.0.iso_code.
  [[nodiscard]] static absl::StatusOr<AddressTable> Open(const std::string& file,
                                                         std::span<const std::string> paths);

  TableResult Find(std::string_view address, std::span<LookupValue> values, ByteArena& arena) const;

 private:
  struct Closer {
    void operator()(MMDB_s* database) const;
  };
  // A path as the library wants it: segments, and a null behind them.
  struct Path {
    std::vector<std::string> segments;
    std::vector<const char*> pointers;
  };

  AddressTable() = default;

  std::unique_ptr<MMDB_s, Closer> database_;
  std::vector<std::unique_ptr<const Path>> paths_;  // By pointer: the segments stay in place.
};

}  // namespace tailrace
