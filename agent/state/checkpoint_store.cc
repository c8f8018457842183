#include "agent/state/checkpoint_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <tuple>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/log.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/state/checkpoint_row.h"
#include "agent/state/state_dir.h"

namespace tailrace {
namespace {

constexpr int64_t kVersion = 1;  // PRAGMA user_version.
constexpr int64_t kKeptSeconds = 24 * 60 * 60;

// Something that SQLite cannot even open and that time does not mend.
bool IsUnusable(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return false;
  return !S_ISREG(found.st_mode) || (access(path.c_str(), R_OK | W_OK) != 0 && errno == EACCES);
}

// About as the table is, so that a large batch goes through its pages once.
std::vector<const Checkpoint*> InOrderOfRows(const CheckpointBatch& batch) {
  std::vector<const Checkpoint*> ordered;
  ordered.reserve(batch.size());
  for (const Checkpoint& checkpoint : batch) ordered.push_back(&checkpoint);
  const auto row = [](const Checkpoint* checkpoint) {
    const StreamInfo& stream = *checkpoint->stream;
    return std::tuple(stream.source, stream.identity.device, stream.identity.inode);
  };
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const auto* a, const auto* b) { return row(a) < row(b); });
  return ordered;
}

}  // namespace

absl::StatusOr<CheckpointStore::Opened> CheckpointStore::Open(const std::string& dir,
                                                              std::vector<std::string> source_names,
                                                              const Clock& clock) {
  RETURN_IF_ERROR(MakeStateDir(dir));
  StoredState state;
  state.first_use = IsFirstUse(dir);
  RETURN_IF_ERROR(MarkUsed(dir));
  const std::string path = StorePath(dir);
  auto opened = OpenAt(path, source_names, clock, state.files);
  if (!opened.ok()) {
    if (opened.status().code() != absl::StatusCode::kDataLoss && !IsUnusable(path)) {
      return opened.status();
    }
    LogError("the checkpoint store is damaged and set aside; every file is read from its beginning",
             {{"path", path}, {"error", opened.status().ToString()}});
    RETURN_IF_ERROR(SetStoreAside(dir, clock.WallNanos()));
    opened = OpenAt(path, std::move(source_names), clock, state.files);
    if (!opened.ok()) return opened.status();
  }
  // Used before, and nothing in it: the store was damaged, or somebody took it away.
  state.set_aside = !state.first_use && (*opened)->created_;
  return Opened{*std::move(opened), std::move(state)};
}

absl::StatusOr<std::unique_ptr<CheckpointStore>> CheckpointStore::OpenAt(
    const std::string& path, std::vector<std::string> source_names, const Clock& clock,
    std::vector<StoredFile>& files) {
  ASSIGN_OR_RETURN(SqliteDatabase database, SqliteDatabase::Open(path));
  std::unique_ptr<CheckpointStore> store(
      new CheckpointStore(std::move(database), std::move(source_names), clock));
  RETURN_IF_ERROR(store->PrepareSchema());
  ASSIGN_OR_RETURN(files, store->Load());
  return store;
}

CheckpointStore::CheckpointStore(SqliteDatabase database, std::vector<std::string> source_names,
                                 const Clock& clock)
    : database_(std::move(database)), source_names_(std::move(source_names)), clock_(clock) {}

absl::Status CheckpointStore::PrepareSchema() {
  ASSIGN_OR_RETURN(const std::string check, database_.QueryText("PRAGMA quick_check(1)"));
  if (check != "ok") return absl::DataLossError(ToAbsl(Concat({"quick_check: ", check})));
  ASSIGN_OR_RETURN(const int64_t version, database_.QueryNumber("PRAGMA user_version"));
  ASSIGN_OR_RETURN(const int64_t objects,
                   database_.QueryNumber("SELECT count(*) FROM sqlite_schema"));
  if (version == 0 && objects == 0) return CreateSchema();
  if (version != kVersion || objects != 1) {
    return absl::DataLossError(ToAbsl(Concat({"the store has version ", std::to_string(version),
                                              ", this program knows ", std::to_string(kVersion)})));
  }
  ASSIGN_OR_RETURN(const std::string table, database_.QueryText("SELECT sql FROM sqlite_schema"));
  if (table != kCreateFilesTable) return absl::DataLossError("the store has another table");
  return absl::OkStatus();
}

absl::Status CheckpointStore::CreateSchema() {
  created_ = true;
  return InTransaction([this] {
    RETURN_IF_ERROR(database_.Execute(kCreateFilesTable));
    return database_.Execute(Concat({"PRAGMA user_version=", std::to_string(kVersion)}).c_str());
  });
}

absl::StatusOr<std::vector<StoredFile>> CheckpointStore::Load() {
  std::vector<StoredFile> files;
  ASSIGN_OR_RETURN(SqliteStatement select, SqliteStatement::Prepare(database_, kSelectFiles));
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, select.Step());
    if (!has_row) return files;
    std::optional<StoredFile> file = ReadStoredFile(select);
    if (!file.has_value()) return absl::DataLossError("the checksum of a row does not hold");
    files.push_back(*std::move(file));
  }
}

absl::Status CheckpointStore::Commit(const CheckpointBatch& batch) {
  if (database_.moved()) return absl::DataLossError("the store was moved or deleted");
  return InTransaction([this, &batch]() -> absl::Status {
    ASSIGN_OR_RETURN(SqliteStatement upsert, SqliteStatement::Prepare(database_, kUpsertFile));
    for (const Checkpoint* checkpoint : InOrderOfRows(batch)) {
      CHECK(checkpoint->stream->source.value() < source_names_.size());
      BindCheckpoint(upsert, source_names_[checkpoint->stream->source.value()], *checkpoint,
                     NowSeconds());
      RETURN_IF_ERROR(upsert.Run());
    }
    return absl::OkStatus();
  });
}

absl::Status CheckpointStore::Expire() {
  RETURN_IF_ERROR(InTransaction([this]() -> absl::Status {
    ASSIGN_OR_RETURN(
        SqliteStatement expire,
        SqliteStatement::Prepare(database_, "DELETE FROM files WHERE gone_since <= ?1"));
    expire.BindNumber(1, NowSeconds() - kKeptSeconds);
    return expire.Run();
  }));
  return database_.Execute("PRAGMA incremental_vacuum(4096)");
}

template <typename Body>
absl::Status CheckpointStore::InTransaction(Body body) {
  // What an earlier error left open would make each later transaction fail.
  database_.RollBack();
  absl::Status status = database_.Execute("BEGIN IMMEDIATE");
  if (status.ok() && mark_pending_ && !created_) status = MarkAllGone();
  if (status.ok()) status = body();
  if (status.ok()) status = database_.Execute("COMMIT");
  if (!status.ok()) {
    database_.RollBack();
    return status;
  }
  mark_pending_ = false;
  return status;
}

absl::Status CheckpointStore::MarkAllGone() {
  // A time to come is from before the clock was set back; it would keep its row for too long.
  ASSIGN_OR_RETURN(
      SqliteStatement mark,
      SqliteStatement::Prepare(database_,
                               "UPDATE files SET gone_since = ?1 WHERE gone_since IS NULL OR "
                               "gone_since > ?1"));
  mark.BindNumber(1, NowSeconds());
  return mark.Run();
}

}  // namespace tailrace
