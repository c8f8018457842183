// Names of indices as Elasticsearch resolves them. A name that begins with "logs-" is a data
// stream, whose documents go to its newest backing index `.ds-NAME-2026.01.01-00000N`; every other
// name is an index of its own.
//
// Threads   Not thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

class Indices {
 public:
  static bool IsDataStream(std::string_view name) { return name.starts_with("logs-"); }
  // Elasticsearch's rules for names, as far as a template could break them.
  static bool IsValidName(std::string_view name);

  // The index that a write to `name` goes to; made when it does not exist.
  const std::string& WriteIndex(std::string_view name);
  bool Exists(std::string_view index) const;
  // Backing indices of a data stream, oldest first; empty when there is none of that name.
  std::vector<std::string> BackingIndices(std::string_view name) const;
  // Every data stream gets a new backing index.
  void RollOver();

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> names_;
};

}  // namespace tailrace
