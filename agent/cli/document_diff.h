// Compares a document with what a test expects. Nested names and names with dots are the same, and
// so are numbers of one value; the order of members does not matter.
//
//   log.level
//     exp: "error"
//     got: (missing)
//
// Threads    Any.
// Failure    A text that is no JSON object differs as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

enum class Exactness : uint8_t {
  kMayHaveMore,  // The document may have further fields.
  kExact,  // It may not, but for what the agent itself adds: @timestamp, the stream's metadata.
};

struct Difference {
  std::string path;
  std::string expected;
  std::string got;
};

// Empty when the document is what is expected.
std::vector<Difference> CompareDocuments(std::string_view expected, std::string_view got,
                                         Exactness exactness);

}  // namespace tailrace
