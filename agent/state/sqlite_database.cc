#include "agent/state/sqlite_database.h"

#include <sqlite3.h>

#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// How long to wait for somebody who looks into the store while the agent starts.
constexpr int kBusyMilliseconds = 1000;

absl::StatusCode CodeOf(int extended) {
  switch (extended) {
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ:
    case SQLITE_IOERR_CORRUPTFS:
      return absl::StatusCode::kDataLoss;
    default:
      break;
  }
  switch (extended & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_IOERR:
      return absl::StatusCode::kUnavailable;
    default:  // SQLITE_CORRUPT and SQLITE_NOTADB; SQLITE_ERROR: our own SQL does not fit the file.
      return absl::StatusCode::kDataLoss;
  }
}

absl::Status LastError(sqlite3* handle, std::string_view action) {
  const int extended = sqlite3_extended_errcode(handle);
  return absl::Status(CodeOf(extended),
                      ToAbsl(Concat({action, ": ", sqlite3_errmsg(handle), " (SQLite ",
                                     std::to_string(extended), ")"})));
}

}  // namespace

absl::StatusOr<SqliteDatabase> SqliteDatabase::Open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (handle == nullptr) return absl::ResourceExhaustedError("open a database: no memory");
  SqliteDatabase database(handle);
  if (opened != SQLITE_OK) return LastError(handle, Concat({"open ", path}));
  RETURN_IF_ERROR(Annotate(database.Prepare(), Concat({"open ", path})));
  return database;
}

absl::Status SqliteDatabase::Prepare() {
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // The lock before the first access, so that WAL needs no shared memory.
  RETURN_IF_ERROR(
      Execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA trusted_schema=OFF;"
              "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-256;"
              "PRAGMA temp_store=MEMORY;"));
  ASSIGN_OR_RETURN(const int64_t pages, QueryNumber("PRAGMA page_count"));
  // Only a new file takes it, but each other would be written to, which a full disk refuses.
  if (pages == 0) RETURN_IF_ERROR(Execute("PRAGMA auto_vacuum=INCREMENTAL"));
  ASSIGN_OR_RETURN(const std::string mode, QueryText("PRAGMA journal_mode=WAL"));
  if (mode != "wal") {
    return absl::UnavailableError(ToAbsl(Concat({"no write-ahead log: journal mode ", mode})));
  }
  return Execute("PRAGMA synchronous=FULL; PRAGMA journal_size_limit=1048576;");
}

SqliteDatabase::~SqliteDatabase() {
  // Busy only while a statement lives, which would be our own bug.
  if (handle_ != nullptr) CHECK(sqlite3_close(handle_) == SQLITE_OK);
}

SqliteDatabase::SqliteDatabase(SqliteDatabase&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)) {}

absl::Status SqliteDatabase::Execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return LastError(handle_, sql);
}

absl::StatusOr<int64_t> SqliteDatabase::QueryNumber(const char* sql) {
  ASSIGN_OR_RETURN(SqliteStatement statement, SqliteStatement::Prepare(*this, sql));
  ASSIGN_OR_RETURN(const bool has_row, statement.Step());
  if (!has_row) return absl::DataLossError(ToAbsl(Concat({sql, ": no answer"})));
  return statement.Number(0);
}

absl::StatusOr<std::string> SqliteDatabase::QueryText(const char* sql) {
  ASSIGN_OR_RETURN(SqliteStatement statement, SqliteStatement::Prepare(*this, sql));
  ASSIGN_OR_RETURN(const bool has_row, statement.Step());
  if (!has_row) return absl::DataLossError(ToAbsl(Concat({sql, ": no answer"})));
  return std::string(statement.Blob(0));
}

void SqliteDatabase::RollBack() {
  if (sqlite3_get_autocommit(handle_) != 0) return;
  // SQLite may answer with the error that made us roll back; the transaction ends nevertheless.
  sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool SqliteDatabase::moved() const {
  int moved = 0;
  const int result = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return result == SQLITE_OK && moved != 0;
}

absl::StatusOr<SqliteStatement> SqliteStatement::Prepare(SqliteDatabase& database,
                                                         const char* sql) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(database.handle_, sql, -1, &handle, nullptr) != SQLITE_OK) {
    return LastError(database.handle_, sql);
  }
  return SqliteStatement(handle);
}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(handle_);  // Repeats the last error, which Step has told.
}

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)) {}

// Binding fails for a wrong parameter (our own bug) or a value beyond SQLite's limits: a path is
// far below them.
void SqliteStatement::BindNumber(int parameter, int64_t value) {
  CHECK(sqlite3_bind_int64(handle_, parameter, value) == SQLITE_OK);
}

void SqliteStatement::BindNull(int parameter) {
  CHECK(sqlite3_bind_null(handle_, parameter) == SQLITE_OK);
}

void SqliteStatement::BindBlob(int parameter, std::string_view bytes) {
  // A null pointer would bind NULL instead of an empty value.
  const char* data = bytes.empty() ? "" : bytes.data();
  CHECK(sqlite3_bind_blob64(handle_, parameter, data, bytes.size(), SQLITE_STATIC) == SQLITE_OK);
}

absl::StatusOr<bool> SqliteStatement::Step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  absl::Status failed;
  if (result != SQLITE_DONE) failed = LastError(sqlite3_db_handle(handle_), sqlite3_sql(handle_));
  sqlite3_reset(handle_);
  if (!failed.ok()) return failed;
  return false;
}

absl::Status SqliteStatement::Run() {
  ASSIGN_OR_RETURN(bool has_row, Step());
  while (has_row) {
    ASSIGN_OR_RETURN(has_row, Step());
  }
  return absl::OkStatus();
}

int64_t SqliteStatement::Number(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view SqliteStatement::Blob(int column) const {
  const void* data = sqlite3_column_blob(handle_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

}  // namespace tailrace
