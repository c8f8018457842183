#include "agent/state/checkpoint_row.h"

#include <algorithm>
#include <array>
#include <string>

#include "agent/crypto/fast_hash.h"

namespace tailrace {

// Names and paths are bytes, which need not be text. A file in two sources has two rows.
const char kCreateFilesTable[] =
    "CREATE TABLE files ("
    "source BLOB NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,"
    "birth_nanos INTEGER NOT NULL, generation INTEGER NOT NULL, key BLOB NOT NULL,"
    "lineage INTEGER NOT NULL, path BLOB NOT NULL, frontier_bytes INTEGER NOT NULL,"
    "anchor_hash INTEGER NOT NULL, anchor_bytes INTEGER NOT NULL, known_bytes INTEGER NOT NULL,"
    "complete INTEGER NOT NULL, gone INTEGER NOT NULL, checksum INTEGER NOT NULL,"
    "gone_since INTEGER,"
    "PRIMARY KEY (source, device, inode, birth_nanos, generation, key)) STRICT, WITHOUT ROWID";

const char kSelectFiles[] =
    "SELECT source, device, inode, birth_nanos, generation, key, lineage, path, frontier_bytes,"
    "anchor_hash, anchor_bytes, known_bytes, complete, gone, checksum FROM files";

const char kUpsertFile[] =
    "INSERT OR REPLACE INTO files (source, device, inode, birth_nanos, generation, key, lineage,"
    "path, frontier_bytes, anchor_hash, anchor_bytes, known_bytes, complete, gone, checksum,"
    "gone_since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

namespace {

// One row as SQLite sees it. The views refer to a checkpoint or to the statement's row.
struct Columns {
  std::string_view source;
  std::string_view key;
  std::string_view path;
  // device, inode, birth_nanos, generation, lineage, frontier_bytes, anchor_hash, anchor_bytes,
  // known_bytes, complete, gone
  std::array<int64_t, 11> numbers{};
};

// The parameters (counted from 1) of `numbers`; a column's index is one less.
constexpr std::array<int, 11> kNumberParameters = {2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14};
constexpr int kSourceParameter = 1;
constexpr int kKeyParameter = 6;
constexpr int kPathParameter = 8;
constexpr int kChecksumParameter = 15;
constexpr int kGoneSinceParameter = 16;

void AppendLittleEndian(uint64_t value, size_t bytes, std::string& out) {
  for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

int64_t Checksum(const Columns& columns) {
  std::string bytes;
  for (const int64_t number : columns.numbers) {
    AppendLittleEndian(static_cast<uint64_t>(number), 8, bytes);
  }
  bytes += columns.key;
  AppendLittleEndian(columns.source.size(), 4, bytes);
  bytes += columns.source;
  bytes += columns.path;
  return static_cast<int64_t>(FastHash64(bytes));
}

}  // namespace

void BindCheckpoint(SqliteStatement& upsert, std::string_view source, const Checkpoint& checkpoint,
                    int64_t now_seconds) {
  const StreamInfo& stream = *checkpoint.stream;
  const auto& key = stream.key.bytes;
  const Columns columns{
      source,
      {reinterpret_cast<const char*>(key.data()), key.size()},
      stream.path,
      {static_cast<int64_t>(stream.identity.device), static_cast<int64_t>(stream.identity.inode),
       stream.identity.birth_nanos, stream.identity.generation,
       static_cast<int64_t>(stream.lineage), checkpoint.frontier_bytes,
       static_cast<int64_t>(checkpoint.anchor.hash), checkpoint.anchor.length_bytes,
       checkpoint.known_bytes, checkpoint.complete ? 1 : 0, checkpoint.gone ? 1 : 0}};
  upsert.BindBlob(kSourceParameter, columns.source);
  upsert.BindBlob(kKeyParameter, columns.key);
  upsert.BindBlob(kPathParameter, columns.path);
  for (size_t i = 0; i < columns.numbers.size(); ++i) {
    upsert.BindNumber(kNumberParameters[i], columns.numbers[i]);
  }
  upsert.BindNumber(kChecksumParameter, Checksum(columns));
  if (checkpoint.gone) {
    upsert.BindNumber(kGoneSinceParameter, now_seconds);
  } else {
    upsert.BindNull(kGoneSinceParameter);
  }
}

std::optional<StoredFile> ReadStoredFile(const SqliteStatement& select) {
  Columns columns{select.Blob(kSourceParameter - 1),
                  select.Blob(kKeyParameter - 1),
                  select.Blob(kPathParameter - 1),
                  {}};
  for (size_t i = 0; i < columns.numbers.size(); ++i) {
    columns.numbers[i] = select.Number(kNumberParameters[i] - 1);
  }
  StoredFile file;
  if (columns.key.size() != file.key.bytes.size() ||
      Checksum(columns) != select.Number(kChecksumParameter - 1)) {
    return std::nullopt;
  }
  const auto& numbers = columns.numbers;
  file.identity = {static_cast<uint64_t>(numbers[0]), static_cast<uint64_t>(numbers[1]), numbers[2],
                   static_cast<uint32_t>(numbers[3])};
  std::copy(columns.key.begin(), columns.key.end(), file.key.bytes.begin());
  file.lineage = static_cast<uint64_t>(numbers[4]);
  file.source = columns.source;
  file.path = columns.path;
  file.frontier_bytes = numbers[5];
  file.anchor = {static_cast<uint64_t>(numbers[6]), static_cast<uint32_t>(numbers[7])};
  file.known_bytes = numbers[8];
  file.complete = numbers[9] != 0;
  file.gone = numbers[10] != 0;
  return file;
}

}  // namespace tailrace
