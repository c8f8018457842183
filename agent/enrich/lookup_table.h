// A LookupTable is one state of a file that stages look things up in: rows of a CSV file, or a
// MaxMind database.
//
// Threads    Immutable; any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/enrich/address_table.h"
#include "agent/enrich/csv_table.h"
#include "agent/enrich/lookup_value.h"
#include "agent/event/byte_arena.h"

namespace tailrace {

enum class LookupFormat : uint8_t { kCsv, kMaxMind };

struct LookupOptions {
  LookupFormat format = LookupFormat::kCsv;
  std::string path;
  std::string key_column;            // kCsv; empty: the first one.
  std::vector<std::string> columns;  // Or paths, of kMaxMind. What is looked up.
};

class LookupTable {
 public:
  // Errors: those of reading, and of CsvTable and AddressTable; they name the path.
  [[nodiscard]] static absl::StatusOr<LookupTable> Read(const LookupOptions& options);

  // Fills in values[i] for the column i. REQUIRES: as many values as columns.
  TableResult Find(std::string_view key, std::span<LookupValue> values, ByteArena& arena) const;

 private:
  explicit LookupTable(std::variant<CsvTable, AddressTable> table) : table_(std::move(table)) {}

  std::variant<CsvTable, AddressTable> table_;
};

}  // namespace tailrace
