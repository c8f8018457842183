// DocumentHash tells whether two programs sent the same documents, whatever the order and however
// they cut them into requests: it is the sum of the documents' hashes.
//
// Threads    Not thread-safe.
// Failure    False for text that does not end with a document's end; what is before it is counted.
// Cost       One search for a newline and one XXH3 a document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tailrace {

class DocumentHash {
 public:
  // Of `_bulk` a document is two lines, its action line and itself; of NDJSON one.
  explicit DocumentHash(size_t lines_per_document) : lines_per_document_(lines_per_document) {}

  [[nodiscard]] bool Add(std::string_view text);
  void Add(const DocumentHash& other);

  uint64_t documents() const { return documents_; }
  std::string Hex() const;

 private:
  size_t lines_per_document_;
  uint64_t sum_ = 0;
  uint64_t documents_ = 0;
};

}  // namespace tailrace
