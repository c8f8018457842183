#include "tests/judge/core/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "tests/judge/core/line.h"

namespace tailrace {

LedgerWriter::~LedgerWriter() {
  if (fd_ >= 0) ::close(fd_);
}

bool LedgerWriter::Open(const std::string& path) {
  fd_ = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  return fd_ >= 0;
}

void LedgerWriter::Wrote(uint64_t file, uint64_t first, uint64_t count) {
  buffer_ +=
      "W " + FileName(file) + ' ' + std::to_string(first) + ' ' + std::to_string(count) + '\n';
}

void LedgerWriter::Removed(uint64_t file) { buffer_ += "X " + FileName(file) + '\n'; }

bool LedgerWriter::Flush() {
  size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t bytes = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return false;
    done += static_cast<size_t>(bytes);
  }
  buffer_.clear();
  return true;
}

bool Ledger::Load(const std::string& path) {
  std::ifstream in(path);
  if (!in) return false;
  std::string record;
  while (std::getline(in, record)) {
    if (in.eof()) break;  // no newline after it
    Add(record);
  }
  return true;
}

void Ledger::Add(std::string_view record) {
  std::istringstream parts{std::string(record)};
  std::string kind, name;
  uint64_t file = 0, first = 0, count = 0;
  if (!(parts >> kind >> name) || !ParseFileName(name, &file)) return;
  if (kind == "X") removed_.insert(file);
  if (kind != "W" || !(parts >> first >> count) || first + count > kMaxLineSeq) return;
  std::vector<uint8_t>& slots = files_[file];
  if (slots.size() < first + count) slots.resize(first + count);
  for (uint64_t seq = first; seq < first + count; ++seq) {
    lines_ += slots[seq] == 0;
    slots[seq] = 1;
  }
}

bool Ledger::Has(uint64_t file, uint64_t seq) const {
  const auto found = files_.find(file);
  return found != files_.end() && seq < found->second.size() && found->second[seq] != 0;
}

}  // namespace tailrace
