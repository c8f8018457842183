#include "agent/enrich/lookup_table.h"

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/text_file.h"

namespace tailrace {

absl::StatusOr<LookupTable> LookupTable::Read(const LookupOptions& options) {
  if (options.format == LookupFormat::kMaxMind) {
    ASSIGN_OR_RETURN(AddressTable table, AddressTable::Open(options.path, options.columns));
    return LookupTable(std::move(table));
  }
  ASSIGN_OR_RETURN(const TextFile file, ReadTextFile(options.path, CsvTable::kBytesMax));
  absl::StatusOr<CsvTable> table = CsvTable::Parse(file.text, options.key_column, options.columns);
  if (!table.ok()) {
    return absl::Status(table.status().code(),
                        ToAbsl(Concat({options.path, ": ", FromAbsl(table.status().message())})));
  }
  return LookupTable(*std::move(table));
}

TableResult LookupTable::Find(std::string_view key, std::span<LookupValue> values,
                              ByteArena& arena) const {
  if (const auto* csv = std::get_if<CsvTable>(&table_)) return csv->Find(key, values);
  return std::get<AddressTable>(table_).Find(key, values, arena);
}

}  // namespace tailrace
