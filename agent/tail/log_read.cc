#include "agent/tail/log_read.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/crypto/fast_hash.h"

namespace tailrace {
namespace {

// Reads until `into` is full or the file ends. What was read before an error counts.
size_t ReadFull(int fd, int64_t position, std::span<char> into) {
  size_t done = 0;
  while (done < into.size()) {
    const ssize_t bytes =
        pread(fd, into.data() + done, into.size() - done, position + static_cast<int64_t>(done));
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) break;
    done += static_cast<size_t>(bytes);
  }
  return done;
}

}  // namespace

void Tail::Append(std::string_view more) {
  if (more.size() >= bytes.size()) {
    more.remove_prefix(more.size() - bytes.size());
    length = 0;
  }
  const size_t kept = std::min<size_t>(length, bytes.size() - more.size());
  std::memmove(bytes.data(), bytes.data() + length - kept, kept);
  std::memcpy(bytes.data() + kept, more.data(), more.size());
  length = static_cast<uint8_t>(kept + more.size());
}

Anchor Tail::anchor() const {
  if (length == 0) return {};
  return {FastHash64(view()), length};
}

ReadStep ReadVerified(int fd, int64_t position, const Tail& tail, std::span<char> into) {
  std::array<char, kAnchorBytesMax> before;
  const iovec parts[2] = {{before.data(), tail.length}, {into.data(), into.size()}};
  ssize_t bytes = -1;
  do {
    bytes = preadv(fd, parts, 2, position - tail.length);
  } while (bytes < 0 && errno == EINTR);
  if (bytes < 0) return {ReadOutcome::kError, 0, errno};
  // Regular files give all there is, so a short read ends where the file does.
  if (bytes < tail.length) return {ReadOutcome::kTruncated, 0, 0};
  if (std::memcmp(before.data(), tail.bytes.data(), tail.length) != 0) {
    return {ReadOutcome::kTruncated, 0, 0};
  }
  const size_t read = static_cast<size_t>(bytes) - tail.length;
  return {read > 0 ? ReadOutcome::kBytes : ReadOutcome::kEnd, read, 0};
}

Tail ReadTail(int fd, int64_t position) {
  Tail tail;
  const auto length =
      static_cast<size_t>(std::min<int64_t>(position, static_cast<int64_t>(kAnchorBytesMax)));
  const size_t read =
      ReadFull(fd, position - static_cast<int64_t>(length), std::span(tail.bytes).first(length));
  tail.length = static_cast<uint8_t>(read);
  return tail;
}

bool AnchorHolds(int fd, int64_t position, const Anchor& anchor) {
  if (anchor.length_bytes == 0) return true;
  if (anchor.length_bytes > kAnchorBytesMax || position < anchor.length_bytes) return false;
  std::array<char, kAnchorBytesMax> bytes;
  const size_t read =
      ReadFull(fd, position - anchor.length_bytes, std::span(bytes).first(anchor.length_bytes));
  return read == anchor.length_bytes && FastHash64({bytes.data(), read}) == anchor.hash;
}

std::string ReadHead(int fd, size_t bytes_max) {
  std::string head(bytes_max, '\0');
  head.resize(ReadFull(fd, 0, head));
  return head;
}

std::optional<int64_t> FindData(int fd, int64_t position, int64_t size_bytes) {
  const off_t data = lseek(fd, position, SEEK_DATA);
  if (data >= 0) return data;
  if (errno == ENXIO) return std::max(size_bytes, position);
  return std::nullopt;
}

bool IsAllZero(std::string_view bytes) {
  return !bytes.empty() && bytes.front() == '\0' &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

}  // namespace tailrace
