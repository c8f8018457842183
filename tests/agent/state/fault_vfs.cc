#include "tests/agent/state/fault_vfs.h"

#include <new>

#include "agent/base/check.h"

namespace tailrace {
namespace {

// SQLite gives room for this and the real file behind it.
struct FaultFile {
  sqlite3_file head;
  FaultVfs* owner;
};

FaultVfs& OwnerOf(sqlite3_file* file) { return *reinterpret_cast<FaultFile*>(file)->owner; }
sqlite3_file* RealOf(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultFile*>(file) + 1);
}
sqlite3_vfs* RealOf(sqlite3_vfs* vfs) { return vfs->pNext; }
FaultVfs& OwnerOf(sqlite3_vfs* vfs) { return *static_cast<FaultVfs*>(vfs->pAppData); }

int Close(sqlite3_file* file) { return RealOf(file)->pMethods->xClose(RealOf(file)); }
int Read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  return RealOf(file)->pMethods->xRead(RealOf(file), bytes, size, offset);
}
int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const int answer = OwnerOf(file).Change();
  if (answer != SQLITE_OK) {
    // As a disk that gets full: the first half arrives.
    (void)RealOf(file)->pMethods->xWrite(RealOf(file), bytes, size / 2, offset);
    return answer;
  }
  return RealOf(file)->pMethods->xWrite(RealOf(file), bytes, size, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int answer = OwnerOf(file).Change();
  return answer != SQLITE_OK ? answer : RealOf(file)->pMethods->xTruncate(RealOf(file), size);
}
int Sync(sqlite3_file* file, int flags) {
  const int answer = OwnerOf(file).Sync();
  if (answer != SQLITE_OK || OwnerOf(file).skips_syncs()) return answer;
  return RealOf(file)->pMethods->xSync(RealOf(file), flags);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return RealOf(file)->pMethods->xFileSize(RealOf(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xLock(RealOf(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xUnlock(RealOf(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return RealOf(file)->pMethods->xCheckReservedLock(RealOf(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return RealOf(file)->pMethods->xFileControl(RealOf(file), operation, argument);
}
int SectorSize(sqlite3_file* file) { return RealOf(file)->pMethods->xSectorSize(RealOf(file)); }
int DeviceCharacteristics(sqlite3_file* file) {
  return RealOf(file)->pMethods->xDeviceCharacteristics(RealOf(file));
}

// Version 1 has no shared memory: a store that needed it would not open here.
const sqlite3_io_methods kMethods = {1,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  new (file) FaultFile{{nullptr}, &OwnerOf(vfs)};
  // A full disk has room for names.
  const int created = (flags & SQLITE_OPEN_CREATE) != 0 ? OwnerOf(vfs).Change() : SQLITE_OK;
  if (created != SQLITE_OK && created != SQLITE_FULL) return SQLITE_CANTOPEN;
  const int answer = RealOf(vfs)->xOpen(RealOf(vfs), name, RealOf(file), flags, out_flags);
  if (answer == SQLITE_OK) file->pMethods = &kMethods;
  return answer;
}
int Delete(sqlite3_vfs* vfs, const char* name, int sync_dir) {
  if (OwnerOf(vfs).Change() != SQLITE_OK) return SQLITE_IOERR_DELETE;
  return RealOf(vfs)->xDelete(RealOf(vfs), name, sync_dir);
}

}  // namespace

FaultVfs::FaultVfs() : vfs_(*sqlite3_vfs_find(nullptr)) {
  vfs_.szOsFile += static_cast<int>(sizeof(FaultFile));
  vfs_.pNext = nullptr;
  vfs_.zName = "fault";
  vfs_.pAppData = this;
  vfs_.xOpen = Open;
  vfs_.xDelete = Delete;
  // Makes it the default, with the real one next to it.
  CHECK(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
}

FaultVfs::~FaultVfs() { CHECK(sqlite3_vfs_unregister(&vfs_) == SQLITE_OK); }

void FaultVfs::FailAfter(int64_t changes, int error) {
  fail_at_ = change_count_ + changes;
  error_ = error;
  for_ever_ = false;
}

void FaultVfs::FailFrom(int64_t changes, int error) {
  FailAfter(changes, error);
  for_ever_ = true;
}

void FaultVfs::Mend() { fail_at_ = -1; }

int FaultVfs::Change() {
  const int64_t number = change_count_++;
  const bool fails = fail_at_ >= 0 && (number == fail_at_ || (for_ever_ && number > fail_at_));
  return fails ? error_ : SQLITE_OK;
}

int FaultVfs::Sync() {
  ++sync_count_;
  return Change();
}

}  // namespace tailrace
