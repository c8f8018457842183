// The house as a table: folders with their floors, the owners of third-party libraries, and the
// exceptions from all rules of the architecture test.
//
// Threads    Any; constants.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/architecture/source_tree.h"

namespace tailrace {

struct HouseFolder {
  std::string_view folder;
  int floor;  // A folder includes from itself and from lower floors.
};
std::span<const HouseFolder> HouseFolders();

// The folder of the table that `path` lies below, or nullptr.
const HouseFolder* FolderOf(std::string_view path);

struct HouseLibrary {
  std::string_view header;  // A whole header, or a prefix that ends in '/' or '*'.
  std::vector<std::string_view> owners;
};
std::span<const HouseLibrary> HouseLibraries();

// The library that `header` belongs to, or nullptr.
const HouseLibrary* LibraryOf(std::string_view header);

// True for what comes with the compiler and the C library.
bool IsSystemHeader(std::string_view header);

// One thing that is against a rule.
struct Violation {
  std::string path;
  size_t line = 0;   // 0: the file as a whole.
  std::string what;  // What is wrong and what to do.
};

struct HouseException {
  std::string_view rule;
  std::string_view path;  // The whole path, as in Violation.
  std::string_view part;  // Of Violation::what; "" for all of that file.
  std::string_view reason;
};
// Ten at most. One that nothing needs any more is a failure too.
std::span<const HouseException> HouseExceptions();

using Rule = std::vector<Violation> (*)(const SourceTree& tree);
struct NamedRule {
  std::string_view name;  // A claim.
  Rule find;
};
std::span<const NamedRule> HouseRules();
// For gtest's messages.
void PrintTo(const NamedRule& rule, std::ostream* out);

}  // namespace tailrace
