// A CheckpointRow is one row of the store's only table, `files`. SQLite keeps no checksum of its
// pages, and a flipped bit in a frontier would lose lines: so each row carries one of its own.
//
//   checksum   XXH3-64 of all columns but gone_since and itself: the numbers little-endian in the
//              order of the columns, then the key, the length of the source's name (4 bytes), the
//              name, the path. A wrong gone_since costs at worst that a file is read again.
//
// Threads    Any; free functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/state/checkpoint.h"
#include "agent/state/sqlite_database.h"

namespace tailrace {

extern const char kCreateFilesTable[];
extern const char kSelectFiles[];
extern const char kUpsertFile[];

// Binds the parameters of kUpsertFile. `source` and what `checkpoint` refers to must live until
// the statement ran.
void BindCheckpoint(SqliteStatement& upsert, std::string_view source, const Checkpoint& checkpoint,
                    int64_t now_seconds);

// The row that kSelectFiles is at, or nullopt when its checksum does not hold.
std::optional<StoredFile> ReadStoredFile(const SqliteStatement& select);

}  // namespace tailrace
