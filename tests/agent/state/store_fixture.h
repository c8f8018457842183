// What the tests of the store share: a directory of their own, checkpoints to commit, and what of
// them must come back.
//
// Threads    One test at a time.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "agent/base/check.h"
#include "agent/state/checkpoint.h"
#include "agent/state/checkpoint_store.h"

namespace tailrace {

// A directory for one run of the test program, removed with all in it when that ends.
class RunDir {
 public:
  RunDir() : path_(testing::TempDir() + "state_test_XXXXXX") {
    CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~RunDir() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  RunDir(const RunDir&) = delete;
  RunDir& operator=(const RunDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A path in it where nothing stands.
inline std::string FreshDir(std::string_view name) {
  static const RunDir run;
  std::string dir = run.path() + "/" + std::string(name);
  std::filesystem::remove_all(dir);
  return dir;
}

inline StreamInfoPtr MakeStream(uint64_t inode, uint16_t source = 0, uint32_t generation = 0) {
  auto stream = std::make_shared<StreamInfo>();
  stream->source = SourceId(source);
  stream->identity = {.device = ~uint64_t{0} - 3,
                      .inode = inode,
                      .birth_nanos = static_cast<int64_t>(inode) * 1'000'003,
                      .generation = generation};
  for (size_t i = 0; i < stream->key.bytes.size(); ++i) {
    stream->key.bytes[i] = static_cast<uint8_t>(inode * 7 + i);
  }
  stream->path = "/var/log/pods/shop_web-" + std::to_string(inode) + "/web/0.log\xff";
  stream->lineage = inode * 0x9e3779b97f4a7c15;
  return stream;
}

inline Checkpoint MakeCheckpoint(StreamInfoPtr stream, int64_t frontier_bytes) {
  Checkpoint checkpoint;
  checkpoint.stream = std::move(stream);
  checkpoint.frontier_bytes = frontier_bytes;
  checkpoint.anchor = {static_cast<uint64_t>(frontier_bytes) * 0xbf58476d1ce4e5b9, 64};
  checkpoint.known_bytes = frontier_bytes + 10;
  return checkpoint;
}

inline const std::vector<std::string> kSources = {"pods", "nginx"};

// One line that says everything of a row, to compare rows by.
inline std::string Describe(const StoredFile& file) {
  std::string text = file.source + " " + std::to_string(file.identity.device) + " " +
                     std::to_string(file.identity.inode) + " " +
                     std::to_string(file.identity.birth_nanos) + " " +
                     std::to_string(file.identity.generation) + " ";
  for (const uint8_t byte : file.key.bytes) text += std::to_string(byte) + ".";
  return text + " " + std::to_string(file.lineage) + " " + file.path + " " +
         std::to_string(file.frontier_bytes) + " " + std::to_string(file.anchor.hash) + " " +
         std::to_string(file.anchor.length_bytes) + " " + std::to_string(file.known_bytes) +
         (file.complete ? " complete" : "") + (file.gone ? " gone" : "");
}

inline std::string Describe(const Checkpoint& checkpoint) {
  const StreamInfo& stream = *checkpoint.stream;
  return Describe(StoredFile{stream.identity, stream.key, stream.lineage,
                             kSources[stream.source.value()], stream.path,
                             checkpoint.frontier_bytes, checkpoint.anchor, checkpoint.known_bytes,
                             checkpoint.complete, checkpoint.gone});
}

}  // namespace tailrace
