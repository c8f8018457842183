#include "agent/config/config_stamp.h"

#include <sys/stat.h>

#include "agent/base/text_file.h"
#include "agent/config/config_files.h"
#include "agent/crypto/fast_hash.h"

namespace tailrace {
namespace {

constexpr int64_t kReadBytesMax = 16 << 20;

int64_t Nanos(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

bool ConfigStamp::File::SameStat(const File& other) const {
  return device == other.device && inode == other.inode && size_bytes == other.size_bytes &&
         mtime_nanos == other.mtime_nanos && ctime_nanos == other.ctime_nanos;
}

ConfigStamp ConfigStamp::Take(const std::string& path, const std::vector<std::string>& named,
                              const ConfigStamp& earlier) {
  ConfigStamp stamp;
  stamp.files_[path];  // A folder, or a file that may be missing.
  if (const auto found = FindConfigFiles(path); found.ok()) {
    for (const std::string& name : *found) stamp.files_[name];
  }
  for (const std::string& name : named) stamp.files_[name];
  for (auto& [name, file] : stamp.files_) {
    struct stat info {};
    if (::stat(name.c_str(), &info) != 0 || S_ISDIR(info.st_mode)) continue;
    file.device = info.st_dev;
    file.inode = info.st_ino;
    file.size_bytes = info.st_size;
    file.mtime_nanos = Nanos(info.st_mtim);
    file.ctime_nanos = Nanos(info.st_ctim);
    const auto before = earlier.files_.find(name);
    if (before != earlier.files_.end() && file.SameStat(before->second)) {
      file.content_hash = before->second.content_hash;
    } else if (const auto text = ReadTextFile(name, kReadBytesMax); text.ok()) {
      file.content_hash = FastHash64(text->text);
    }
  }
  return stamp;
}

ConfigStamp ConfigStamp::WithThoseOf(const ConfigStamp& other) const {
  ConfigStamp both = *this;
  for (auto& [name, file] : both.files_) {
    const auto found = other.files_.find(name);
    if (found != other.files_.end()) file = found->second;
  }
  return both;
}

bool operator==(const ConfigStamp& a, const ConfigStamp& b) {
  if (a.files_.size() != b.files_.size()) return false;
  for (auto in_a = a.files_.begin(), in_b = b.files_.begin(); in_a != a.files_.end();
       ++in_a, ++in_b) {
    if (in_a->first != in_b->first || in_a->second.size_bytes != in_b->second.size_bytes ||
        in_a->second.content_hash != in_b->second.content_hash) {
      return false;
    }
  }
  return true;
}

}  // namespace tailrace
