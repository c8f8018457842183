#include "sinks/ndjson_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "agent/base/log.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/crypto/fast_hash.h"
#include "sinks/rotated_names.h"
#include "sinks/whole_prefix.h"

namespace tailrace {
namespace {

RotatedNames NamesOf(const NdjsonFileOptions& options) {
  return {options.path, options.content == FileContent::kLines ? "" : ".zst"};
}

}  // namespace

NdjsonFile::NdjsonFile(NdjsonFileOptions options, const DiskOps& disk)
    : options_(std::move(options)), disk_(disk) {}

absl::Status NdjsonFile::Refresh() {
  if (fd_.valid() && IsStillThere()) return absl::OkStatus();
  if (fd_.valid()) {
    // Whoever moved the file has it, with all that was appended.
    RETURN_IF_ERROR(Sync());
    fd_.reset();
  }
  return Open();
}

bool NdjsonFile::IsStillThere() const {
  if (!is_regular_) return true;
  struct stat named {};
  struct stat open {};
  return stat(options_.path.c_str(), &named) == 0 && fstat(fd_.get(), &open) == 0 &&
         named.st_dev == open.st_dev && named.st_ino == open.st_ino &&
         (torn_ ? open.st_size >= size_bytes_ : open.st_size == size_bytes_);
}

absl::Status NdjsonFile::Open() {
  // Never waits: a FIFO without reader fails, and is none of our files anyway.
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  UniqueFd fd(disk_.open(options_.path.c_str(), kFlags, 0));
  if (!fd.valid() && errno == ENOENT) {
    names_dirty_ = true;
    fd.reset(disk_.open(options_.path.c_str(), kFlags | O_CREAT | O_EXCL, 0600));
  }
  if (!fd.valid()) return Error("open");
  struct stat found {};
  if (fstat(fd.get(), &found) != 0) return Error("fstat");
  is_regular_ = S_ISREG(found.st_mode);
  if (!is_regular_ && (!S_ISCHR(found.st_mode) || lseek(fd.get(), 0, SEEK_CUR) < 0)) {
    return absl::FailedPreconditionError(ToAbsl(Concat({options_.path, " is no regular file"})));
  }
  fd_ = std::move(fd);
  size_bytes_ = is_regular_ ? found.st_size : 0;
  unsynced_.clear();
  torn_ = false;
  in_doubt_ = false;
  const absl::StatusOr<bool> damaged = CutTornEnd();
  if (!damaged.ok()) fd_.reset();
  synced_bytes_ = size_bytes_;
  if (!damaged.ok() || !*damaged) return damaged.status();
  fd_.reset();
  LogWarn("a damaged file is set aside; what stands before the damage can be read",
          {{"path", options_.path}});
  return Rotate();
}

absl::StatusOr<bool> NdjsonFile::CutTornEnd() {
  const bool lines = options_.content == FileContent::kLines;
  ASSIGN_OR_RETURN(const WholePrefix whole,
                   lines ? FindWholeLines(fd_.get(), size_bytes_, options_.path)
                         : FindWholeFrames(fd_.get(), size_bytes_, options_.path));
  if (whole.is_damaged || whole.bytes == size_bytes_) return whole.is_damaged;
  RETURN_IF_ERROR(Truncate(whole.bytes));
  return false;
}

absl::Status NdjsonFile::Truncate(int64_t size_bytes) {
  size_bytes_ = size_bytes;
  torn_ = is_regular_;
  if (!is_regular_) return absl::OkStatus();
  if (disk_.ftruncate(fd_.get(), size_bytes) != 0) return Error("ftruncate");
  torn_ = false;
  return absl::OkStatus();
}

absl::Status NdjsonFile::WriteAt(std::string_view bytes, int64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = disk_.pwrite(fd_.get(), bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Error("write");
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += written;
  }
  return absl::OkStatus();
}

absl::Status NdjsonFile::Append(std::string_view whole) {
  RETURN_IF_ERROR(Refresh());
  if (in_doubt_) RETURN_IF_ERROR(Sync());
  if (torn_) RETURN_IF_ERROR(Truncate(size_bytes_));
  const auto length = static_cast<int64_t>(whole.size());
  if (options_.max_files > 0 && is_regular_ && size_bytes_ > 0 &&
      size_bytes_ + length > options_.max_size_bytes) {
    RETURN_IF_ERROR(Rotate());
  }
  if (absl::Status written = WriteAt(whole, size_bytes_); !written.ok()) {
    // Of the two errors the first one says what is wrong; the cut is tried again before the next
    // write.
    Truncate(size_bytes_).IgnoreError();
    return written;
  }
  if (is_regular_) {
    unsynced_.push_back({size_bytes_, length, FastHash64(whole)});
    size_bytes_ += length;
  }
  return absl::OkStatus();
}

absl::Status NdjsonFile::Rotate() {
  RETURN_IF_ERROR(Sync());
  names_dirty_ = true;
  absl::Status renamed = RotateNames(NamesOf(options_), options_.max_files, disk_);
  // What became of the names is looked up again.
  if (!renamed.ok()) return renamed;
  fd_.reset();
  return Open();
}

absl::Status NdjsonFile::Sync() {
  if (!unsynced_.empty()) {
    if (in_doubt_) RETURN_IF_ERROR(WriteAgain());
    if (disk_.fdatasync(fd_.get()) != 0) {
      in_doubt_ = true;
      return Error("fdatasync");
    }
    synced_bytes_ = size_bytes_;
    unsynced_.clear();
  }
  in_doubt_ = false;
  return SyncNames();
}

absl::Status NdjsonFile::SyncNames() {
  if (!names_dirty_) return absl::OkStatus();
  RETURN_IF_ERROR(SyncDirectoryOf(options_.path, disk_));
  names_dirty_ = false;
  return absl::OkStatus();
}

absl::Status NdjsonFile::WriteAgain() {
  std::string bytes;
  for (const Extent& extent : unsynced_) {
    if (!ReadExactly(fd_.get(), extent.offset, extent.length, bytes) ||
        FastHash64(bytes) != extent.hash) {
      unsynced_.clear();
      in_doubt_ = false;
      Truncate(synced_bytes_).IgnoreError();  // The next write tries again; see Append.
      return absl::DataLossError(ToAbsl(
          Concat({options_.path, ": what was written could neither be stored nor be read back"})));
    }
    RETURN_IF_ERROR(WriteAt(bytes, extent.offset));
  }
  return absl::OkStatus();
}

absl::Status NdjsonFile::Error(const char* action) const {
  return ErrnoStatus(errno, Concat({action, " ", options_.path}));
}

}  // namespace tailrace
