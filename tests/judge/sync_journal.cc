// A library to preload (LD_PRELOAD): after each fdatasync or fsync of the file that JUDGE_SYNC_FILE
// names, its size is written to <that file>.synced. After a kill a scenario cuts the file to that
// size, as a machine that lost its power would have.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void NoteSynced(int fd) {
  const char* const wanted = std::getenv("JUDGE_SYNC_FILE");
  if (wanted == nullptr) return;
  char path[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = readlink(link.c_str(), path, sizeof(path));
  struct stat status {};
  if (length <= 0 || fstat(fd, &status) != 0) return;
  if (std::string(path, static_cast<size_t>(length)) != wanted) return;
  const std::string journal = std::string(wanted) + ".synced";
  const int out = open(journal.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (out < 0) return;
  // One write of one length: a kill leaves the old size or the new one.
  char text[32];
  const int size =
      std::snprintf(text, sizeof(text), "%20lld\n", static_cast<long long>(status.st_size));
  if (pwrite(out, text, static_cast<size_t>(size), 0) != size) std::abort();
  close(out);
}

int SyncWith(const char* name, int fd) {
  const auto real = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, name));
  const int result = real(fd);
  if (result == 0) NoteSynced(fd);
  return result;
}

}  // namespace

extern "C" {
int fdatasync(int fd) { return SyncWith("fdatasync", fd); }
int fsync(int fd) { return SyncWith("fsync", fd); }
}
