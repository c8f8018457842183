// A CsvTable is a CSV file (RFC 4180) whose first row names its columns, by the text of one column.
//
// Quotes around a cell, and quotes, commas and newlines within it, are those of RFC 4180; a byte
// order mark, blank lines and CRLF do not matter. Of several rows with one key the first counts.
//
// Threads    Immutable; any.
// Bounds     kBytesMax of text, kColumnsMax columns.
// Failure    Parse: kInvalidArgument with the line: a row with another number of cells than the
//            first, a quote that never ends, two columns of one name, no column of a name asked
//            for.
// Cost       Find: a hash look-up, about 30 ns. Memory: twice the text, and 50 bytes a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "agent/base/strings.h"
#include "agent/enrich/lookup_value.h"

namespace tailrace {

class CsvTable {
 public:
  static constexpr int64_t kBytesMax = 64 << 20;
  static constexpr size_t kColumnsMax = 256;

  // By the column `key`, "" for the first one. `columns` are what Find returns, in that order.
  [[nodiscard]] static absl::StatusOr<CsvTable> Parse(std::string_view text, std::string_view key,
                                                      std::span<const std::string> columns);
  // The names in the first row.
  [[nodiscard]] static absl::StatusOr<std::vector<std::string>> Columns(std::string_view text);

  // Fills in values[i] from columns[i]. An empty cell is not found.
  TableResult Find(std::string_view key, std::span<LookupValue> values) const;

  size_t rows() const { return rows_.size(); }

 private:
  struct Cell {
    uint32_t offset = 0;
    uint32_t length = 0;
  };

  CsvTable() = default;
  Cell AddText(std::string_view text);

  size_t columns_ = 0;
  std::string text_;         // Of the cells that are asked for, with what may be read behind it.
  std::vector<Cell> cells_;  // Row by row, `columns_` each.
  absl::flat_hash_map<std::string, uint32_t, StringHash, StringEqual> rows_;
};

}  // namespace tailrace
