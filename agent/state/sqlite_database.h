// A small cover of SQLite: one connection and its statements, with our error type.
//
// Threads    Not thread-safe; one thread at a time uses a connection and its statements.
// Ownership  A statement must end before its database.
// Failure    kDataLoss       the file is no database, or a damaged or a foreign one, or unreadable
//            kResourceExhausted, kPermissionDenied, kUnavailable    the disk's or the system's
//                            state, which may mend; the file itself is not known to be bad
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tailrace {

class SqliteDatabase {
 public:
  // Opens or creates `path` as a write-ahead-logged database that this connection locks for itself
  // (which also spares the shared-memory file: nothing is mapped). A commit is durable (fsync).
  static absl::StatusOr<SqliteDatabase> Open(const std::string& path);

  ~SqliteDatabase();
  SqliteDatabase(SqliteDatabase&& other) noexcept;
  SqliteDatabase& operator=(SqliteDatabase&&) = delete;

  absl::Status Execute(const char* sql);
  // The first column of the first row.
  absl::StatusOr<int64_t> QueryNumber(const char* sql);
  absl::StatusOr<std::string> QueryText(const char* sql);

  // Ends a transaction that is still open. For after an error: COMMIT may have ended it or not.
  void RollBack();
  // Whether the file at the path is no longer the one that is open.
  bool moved() const;

 private:
  friend class SqliteStatement;
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}
  absl::Status Prepare();

  sqlite3* handle_;
};

// A prepared statement. Parameters count from 1, columns from 0, as in SQLite.
class SqliteStatement {
 public:
  static absl::StatusOr<SqliteStatement> Prepare(SqliteDatabase& database, const char* sql);

  ~SqliteStatement();
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&&) = delete;

  void BindNumber(int parameter, int64_t value);
  void BindNull(int parameter);
  // `bytes` must stay as they are until the statement ran.
  void BindBlob(int parameter, std::string_view bytes);

  // True: there is a row. False: it is done, and ready to run again.
  absl::StatusOr<bool> Step();
  absl::Status Run();

  int64_t Number(int column) const;
  std::string_view Blob(int column) const;  // Until the next Step.

 private:
  explicit SqliteStatement(sqlite3_stmt* handle) : handle_(handle) {}

  sqlite3_stmt* handle_;
};

}  // namespace tailrace
