// MapReader takes the values of known keys out of one map of the config, and then reports the keys
// that nobody asked for: what a section knows is what its loader asks for, and nothing else has to
// be kept in step with it.
//
// Threads    Not thread-safe; lives while its section is loaded.
// Ownership  Points into the YamlDocuments, which outlive it.
// Failure    What is wrong is added to the diagnostics, and the fallback is returned, so that
//            loading goes on and all errors are seen at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "agent/config/expansion.h"
#include "agent/yaml/diagnostics.h"
#include "agent/yaml/yaml_node.h"

namespace tailrace {

// What every part of the loader needs.
struct LoadContext {
  const LoadEnvironment& environment;
  Diagnostics& diagnostics;
};

// A scalar with its references replaced.
struct ConfigText {
  std::string text;
  const YamlNode* node = nullptr;
  SecretText secret;  // The same, for a value that is read again when a ${file:} of it changes.

  // Where the byte `offset` of `text` stands; the start when references moved it.
  Place PlaceOf(size_t offset) const;
};

struct IntegerRange {
  int64_t min;
  int64_t max;
};
struct DurationRange {
  std::chrono::milliseconds min;
  std::chrono::milliseconds max;
};

// The references in `node` replaced; nullopt, with an error, when it is no scalar or that fails.
// `expectation` begins the message: "\"path\": expected a path", which goes on with ", got a list".
std::optional<ConfigText> ReadText(LoadContext& context, const YamlNode& node,
                                   std::string_view expectation);

class MapReader {
 public:
  // `what` names the map in messages: source "nginx". `place` is where a missing key is reported.
  MapReader(LoadContext& context, std::vector<YamlEntry> entries, Place place, std::string what);
  // Reports an error when `node` is no map, and then reads as if it were empty.
  MapReader(LoadContext& context, const YamlNode& node, Place place, const std::string& what);

  // The node of `key`, or nullptr. An error when it is there with nothing as its value.
  const YamlNode* Take(std::string_view key);
  // Reports an error when the key is not there, or has an empty list as its value.
  void Require(std::string_view key);

  std::optional<ConfigText> Text(std::string_view key, std::string_view what = "text");
  std::string String(std::string_view key, std::string fallback);
  // From the root, since a daemon's working directory is anything; without slashes at its end.
  std::string AbsolutePath(std::string_view key, std::string fallback);
  // A list of at most 1000, or a single value that stands for a list of one. None may be empty.
  std::vector<ConfigText> TextList(std::string_view key);
  std::vector<std::string> AbsolutePathList(std::string_view key,
                                            std::vector<std::string> fallback);
  bool Boolean(std::string_view key, bool fallback);
  int64_t Integer(std::string_view key, IntegerRange range, int64_t fallback);
  int64_t Bytes(std::string_view key, IntegerRange range, int64_t fallback);
  std::chrono::milliseconds Duration(std::string_view key, DurationRange range,
                                     std::chrono::milliseconds fallback);
  // The position of the value among `choices`; the first one when the key is not there.
  size_t Choice(std::string_view key, std::span<const std::string_view> choices);

  // Keys of the language that this version does not have: an error where one is used.
  void Refuse(std::string_view key, std::string_view message);
  // Reports the keys that were not asked for.
  void Finish();

  bool is_map() const { return is_map_; }
  bool Has(std::string_view key) const { return FindEntry(key) != nullptr; }
  void Error(const YamlNode& node, std::initializer_list<std::string_view> message);
  // `"key": message`, at the byte of `text` that a SyntaxError names.
  void ErrorIn(std::string_view key, const ConfigText& text, const absl::Status& status);
  Place place() const { return place_; }
  LoadContext& context() { return context_; }

 private:
  const YamlEntry* FindEntry(std::string_view key) const;
  // A key that looks like it is taken for a misspelt one.
  void ReportMissing(std::string_view key);
  // " (the value is ...)" when references were replaced, so that the line does not show it.
  static std::string ValueNote(std::string_view key, const ConfigText& text);

  LoadContext& context_;
  std::vector<YamlEntry> entries_;
  const Place place_;
  const std::string what_;
  std::vector<std::string_view> known_;    // Keys that were asked for.
  std::vector<std::string_view> refused_;  // Keys that were reported already.
  bool is_map_ = true;
};

// The value of the required key `type`, one of `known`; nullopt, with an error, when it is not, or
// is one of `later`: what the language has and this version does not.
std::optional<ConfigText> LoadType(MapReader& reader, const std::vector<std::string_view>& known,
                                   const std::vector<std::string_view>& later);

}  // namespace tailrace
