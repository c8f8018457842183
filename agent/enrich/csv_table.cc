#include "agent/enrich/csv_table.h"

#include <algorithm>
#include <optional>

#include "agent/base/status.h"

namespace tailrace {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
// What may be read behind a value.
constexpr size_t kPaddingBytes = 64;

// Reads row after row.
class CsvRows {
 public:
  explicit CsvRows(std::string_view text) : text_(text) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  // The cells of the next row; false at the end.
  absl::StatusOr<bool> Next(std::vector<std::string>& cells) {
    while (at_ < text_.size() && TakeNewline()) {
    }
    cells.clear();
    if (at_ >= text_.size()) return false;
    row_line_ = line_;
    while (true) {
      RETURN_IF_ERROR(TakeCell(cells.emplace_back()));
      if (at_ >= text_.size() || TakeNewline()) return true;
      ++at_;  // The comma.
    }
  }
  // Of the row that was read last.
  size_t line() const { return row_line_; }

  absl::Status Error(std::string_view message) const {
    return absl::InvalidArgumentError(Concat({"line ", std::to_string(row_line_), ": ", message}));
  }

 private:
  bool TakeNewline() {
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    if (text_[at_] != '\n') return false;
    ++at_;
    ++line_;
    return true;
  }

  // Up to a comma, a newline or the end.
  absl::Status TakeCell(std::string& cell) {
    if (at_ >= text_.size() || text_[at_] != '"') {
      size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
      const size_t next = end;
      if (end > at_ && end < text_.size() && text_[end] == '\n' && text_[end - 1] == '\r') --end;
      cell.assign(text_.substr(at_, end - at_));
      at_ = end == next ? next : end;
      return absl::OkStatus();
    }
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell += c;
        continue;
      }
      ++at_;
      if (at_ < text_.size() && text_[at_] == '"') {
        cell += c;
        continue;
      }
      const bool ends = at_ >= text_.size() || text_[at_] == ',' || text_[at_] == '\n' ||
                        text_.substr(at_, 2) == "\r\n";
      return ends ? absl::OkStatus() : Error("text behind a cell in quotes");
    }
    return Error("a quote that never ends");
  }

  const std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
  size_t row_line_ = 1;
};

absl::StatusOr<std::vector<std::string>> ReadHeader(CsvRows& rows) {
  std::vector<std::string> names;
  ASSIGN_OR_RETURN(const bool any, rows.Next(names));
  if (!any) return absl::InvalidArgumentError("no row that names the columns");
  if (names.size() > CsvTable::kColumnsMax) return rows.Error("more than 256 columns");
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<ptrdiff_t>(i)) {
      return rows.Error(Concat({"two columns are named \"", names[i], "\""}));
    }
  }
  return names;
}

absl::StatusOr<size_t> PositionOf(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  std::string known;
  for (const std::string& other : names) known += Concat({known.empty() ? "" : ", ", other});
  return absl::InvalidArgumentError(Concat({"there is no column \"", name, "\"; known: ", known}));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CsvTable::Columns(std::string_view text) {
  CsvRows rows(text);
  return ReadHeader(rows);
}

absl::StatusOr<CsvTable> CsvTable::Parse(std::string_view text, std::string_view key,
                                         std::span<const std::string> columns) {
  if (text.size() > static_cast<size_t>(kBytesMax)) {
    return absl::InvalidArgumentError("a table of more than 64 MiB");
  }
  CsvRows rows(text);
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadHeader(rows));
  size_t key_position = 0;
  if (!key.empty()) {
    ASSIGN_OR_RETURN(key_position, PositionOf(names, key));
  }
  std::vector<size_t> positions;
  for (const std::string& column : columns) {
    ASSIGN_OR_RETURN(const size_t position, PositionOf(names, column));
    positions.push_back(position);
  }
  CsvTable table;
  table.columns_ = columns.size();
  std::vector<std::string> cells;
  uint32_t row = 0;
  while (true) {
    ASSIGN_OR_RETURN(const bool any, rows.Next(cells));
    if (!any) break;
    if (cells.size() != names.size()) {
      return rows.Error(Concat({std::to_string(cells.size()), " cells, and the first row has ",
                                std::to_string(names.size())}));
    }
    if (!table.rows_.emplace(cells[key_position], row).second) continue;
    for (const size_t position : positions) table.cells_.push_back(table.AddText(cells[position]));
    ++row;
  }
  table.text_.append(kPaddingBytes, '\0');
  return table;
}

CsvTable::Cell CsvTable::AddText(std::string_view text) {
  const Cell cell{static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text.size())};
  text_ += text;
  return cell;
}

TableResult CsvTable::Find(std::string_view key, std::span<LookupValue> values) const {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return TableResult::kUnknown;
  const Cell* const row = cells_.data() + size_t{found->second} * columns_;
  for (size_t i = 0; i < columns_; ++i) {
    values[i].text = std::string_view(text_).substr(row[i].offset, row[i].length);
    values[i].kind = FieldKind::kText;
    values[i].found = row[i].length > 0;
  }
  return TableResult::kFound;
}

}  // namespace tailrace
