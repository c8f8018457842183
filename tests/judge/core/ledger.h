// What a writer has written, on a disk apart from the logs. A line of a ledger is one of
//   W <file> <first> <count>     lines first .. first+count-1 are in the file: write() has returned
//   X <file>                     the writer removed the file (its retention, a pod's end)
// and nothing else; a torn last line is ignored, since its lines were not yet claimed.
//
// Threads   Not thread-safe.
// Ordering  A W record follows the write() that it stands for.
// Failure   Open, Flush, Load: false with errno set.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tailrace {

class LedgerWriter {
 public:
  LedgerWriter() = default;
  ~LedgerWriter();
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;

  bool Open(const std::string& path);
  void Wrote(uint64_t file, uint64_t first, uint64_t count);
  void Removed(uint64_t file);
  // Hands everything to the kernel, which keeps it whatever becomes of this process.
  bool Flush();

 private:
  int fd_ = -1;
  std::string buffer_;
};

class Ledger {
 public:
  // Adds the records of one ledger file.
  bool Load(const std::string& path);
  void Add(std::string_view record);

  // For each file a byte a seq: 1 when it was written.
  const std::unordered_map<uint64_t, std::vector<uint8_t>>& files() const { return files_; }
  const std::unordered_set<uint64_t>& removed() const { return removed_; }
  uint64_t lines() const { return lines_; }
  bool Has(uint64_t file, uint64_t seq) const;

 private:
  std::unordered_map<uint64_t, std::vector<uint8_t>> files_;
  std::unordered_set<uint64_t> removed_;
  uint64_t lines_ = 0;
};

}  // namespace tailrace
