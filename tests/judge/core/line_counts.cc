#include "tests/judge/core/line_counts.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "tests/judge/core/line.h"

namespace tailrace {
namespace {

constexpr char kMagic[] = "JUDGE1\n";
constexpr size_t kMagicBytes = sizeof kMagic - 1;

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

bool Put(FILE* out, const void* data, size_t bytes) {
  return bytes == 0 || std::fwrite(data, bytes, 1, out) == 1;
}

bool Get(FILE* in, void* data, size_t bytes) {
  return bytes == 0 || std::fread(data, bytes, 1, in) == 1;
}

}  // namespace

void LineCounts::AddDocument(uint64_t file, uint64_t seq) {
  uint8_t& slot = Slot(file, seq);
  ++documents_;
  if ((slot & kCountMask) == 0) ++lines_;
  if ((slot & kCountMask) != kCountMask) ++slot;
}

void LineCounts::MarkRefused(uint64_t file, uint64_t seq) {
  uint8_t& slot = Slot(file, seq);
  if ((slot & kRefusedBit) == 0) ++refused_lines_;
  slot |= kRefusedBit;
}

uint64_t LineCounts::LinesOf(uint64_t file) const {
  const auto found = files_.find(file);
  if (found == files_.end()) return 0;
  uint64_t lines = 0;
  for (const uint8_t slot : found->second) lines += (slot & kCountMask) != 0;
  return lines;
}

uint8_t LineCounts::At(uint64_t file, uint64_t seq) const {
  const auto found = files_.find(file);
  return found == files_.end() || seq >= found->second.size() ? 0 : found->second[seq];
}

bool LineCounts::Dump(const std::string& path) const {
  const File out(std::fopen(path.c_str(), "wb"), &std::fclose);
  if (!out || !Put(out.get(), kMagic, kMagicBytes)) return false;
  const uint64_t count = files_.size();
  if (!Put(out.get(), &count, sizeof count)) return false;
  for (const auto& [file, slots] : files_) {
    const uint64_t head[2] = {file, slots.size()};
    if (!Put(out.get(), head, sizeof head) || !Put(out.get(), slots.data(), slots.size())) {
      return false;
    }
  }
  return std::fflush(out.get()) == 0;
}

bool LineCounts::Load(const std::string& path) {
  const File in(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!in) return false;
  char magic[kMagicBytes];
  uint64_t count = 0;
  bool good = Get(in.get(), magic, kMagicBytes) && std::memcmp(magic, kMagic, kMagicBytes) == 0 &&
              Get(in.get(), &count, sizeof count);
  for (uint64_t i = 0; good && i < count; ++i) {
    uint64_t head[2] = {0, 0};
    good = Get(in.get(), head, sizeof head) && head[1] <= kMaxLineSeq;
    if (!good) break;
    std::vector<uint8_t> slots(head[1]);
    good = Get(in.get(), slots.data(), slots.size());
    for (const uint8_t slot : slots) {
      documents_ += slot & kCountMask;
      lines_ += (slot & kCountMask) != 0;
      refused_lines_ += (slot & kRefusedBit) != 0;
    }
    files_[head[0]] = std::move(slots);
  }
  if (!good) errno = EINVAL;
  return good;
}

uint8_t& LineCounts::Slot(uint64_t file, uint64_t seq) {
  std::vector<uint8_t>& slots = files_[file];
  if (seq >= slots.size()) slots.resize(seq + 1);
  return slots[seq];
}

}  // namespace tailrace
