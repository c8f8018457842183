// A ConfigStamp says what the files of a config were when they were looked at: whoever watches them
// takes one now and then. It follows links, so that a folder whose `..data` link is swapped, as
// Kubernetes does it for a ConfigMap, counts as changed; and it reads what was touched, so that a
// file that was only written anew does not.
//
// Threads    Any; reads files.
// Bounds     As LoadConfig: 100 files in a folder. Of a file its first 16 MiB.
// Cost       A stat a file, as long as nothing was touched.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tailrace {

class ConfigStamp {
 public:
  // `path` as for LoadConfig; `named` are the files that the config refers to. `earlier` spares the
  // reading of what was not touched since.
  static ConfigStamp Take(const std::string& path, const std::vector<std::string>& named,
                          const ConfigStamp& earlier = ConfigStamp());

  // With what `other` says of the files that are in both.
  ConfigStamp WithThoseOf(const ConfigStamp& other) const;

  // The same files with the same contents.
  friend bool operator==(const ConfigStamp& a, const ConfigStamp& b);

 private:
  // A file that is not there has one as well.
  struct File {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size_bytes = -1;
    int64_t mtime_nanos = 0;
    int64_t ctime_nanos = 0;
    uint64_t content_hash = 0;

    bool SameStat(const File& other) const;
  };

  std::map<std::string, File> files_;  // By path.
};

}  // namespace tailrace
