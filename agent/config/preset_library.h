// PresetLibrary finds parsers by their names: the presets in conf/parsers that the program carries,
// and those of the folder `parsers` beside a config, which replace them.
//
// Threads    Not thread-safe; lives while a config is loaded.
// Ownership  Keeps the text of the presets that were asked for. What Find returns is shared.
// Bounds     200 files in a folder, 256 KiB a file.
// Failure    A preset that cannot be loaded adds its errors, with their places in its file, to the
//            diagnostics of the first Find.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "agent/config/map_reader.h"
#include "agent/yaml/yaml_document.h"
#include "parsers/chain/parser_spec.h"

namespace tailrace {

// A test that a preset brings along.
struct PresetTest {
  std::string name;
  std::string now = "2026-06-15T12:00:00Z";  // What tells the year where a line has none.
  std::vector<std::string> lines;
  // JSON objects, one a record: all of its fields, and "@timestamp" in the form of FormatUtc where
  // a time is read; of a record that is refused its text as "message".
  std::vector<std::string> expected;
};

class PresetLibrary {
 public:
  // Those that the program carries.
  PresetLibrary();
  PresetLibrary(const PresetLibrary&) = delete;
  PresetLibrary& operator=(const PresetLibrary&) = delete;

  // Adds FOLDER/parsers/*.yaml; it is no error when there is no such folder.
  [[nodiscard]] absl::Status AddFolder(const std::string& folder);
  void Add(std::string name, std::string file, std::string text);

  bool Has(std::string_view name) const { return presets_.contains(name); }
  // In the order of the alphabet.
  std::vector<std::string_view> names() const;

  // nullptr, with an error, when it cannot be loaded. REQUIRES: Has(name)
  std::shared_ptr<const PresetSpec> Find(LoadContext& context, std::string_view name);
  // Its tests; errors are added. REQUIRES: Has(name)
  std::vector<PresetTest> Tests(LoadContext& context, std::string_view name);

 private:
  enum class State : uint8_t { kUnread, kLoading, kLoaded, kFailed };
  struct Entry {
    std::string file;
    std::string text;
    State state = State::kUnread;
    std::shared_ptr<const PresetSpec> spec;
    std::unique_ptr<YamlDocument> document;
  };

  const YamlDocument* Read(LoadContext& context, Entry& entry);

  std::map<std::string, Entry, std::less<>> presets_;
};

}  // namespace tailrace
