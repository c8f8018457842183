// How often each generated line was found, a byte a line: the server's store, a file sink's or the
// dead letters' content.
//
// Dump: "JUDGE1\n", u64 files, then for each u64 file, u64 n and n bytes (one a seq); integers
// little-endian. A byte is the documents (0 to 15, 15 means 15 or more) with kRefusedBit. Example,
// file 255 with line 0 stored and 1 refused:
//   4a 55 44 47 45 31 0a  01 00 00 00 00 00 00 00  ff 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00
//   01 10
//
// Threads   Not thread-safe.
// Bounds    One byte for each seq up to the highest one seen of a file.
// Failure   Dump and Load return false and leave errno as the failed call set it (EINVAL for a
// malformed dump).
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace tailrace {

class LineCounts {
 public:
  static constexpr uint8_t kCountMask = 15;
  static constexpr uint8_t kRefusedBit = 16;
  using Files = std::unordered_map<uint64_t, std::vector<uint8_t>>;

  void AddDocument(uint64_t file, uint64_t seq);
  void MarkRefused(uint64_t file, uint64_t seq);

  // Documents, lines with at least one, and lines that were refused for good.
  uint64_t documents() const { return documents_; }
  uint64_t lines() const { return lines_; }
  uint64_t refused_lines() const { return refused_lines_; }
  // Lines of one file with at least one document.
  uint64_t LinesOf(uint64_t file) const;
  // The byte of a line, 0 for one never seen.
  uint8_t At(uint64_t file, uint64_t seq) const;
  const Files& files() const { return files_; }

  bool Dump(const std::string& path) const;
  bool Load(const std::string& path);

 private:
  uint8_t& Slot(uint64_t file, uint64_t seq);

  Files files_;
  uint64_t documents_ = 0;
  uint64_t lines_ = 0;
  uint64_t refused_lines_ = 0;
};

}  // namespace tailrace
