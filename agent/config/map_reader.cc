#include "agent/config/map_reader.h"

#include <algorithm>

#include "agent/base/strings.h"
#include "agent/config/config_files.h"
#include "agent/config/units.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

std::string FormatRange(IntegerRange range, std::string (*format)(int64_t)) {
  return Concat({"must be from ", format(range.min), " to ", format(range.max)});
}

std::string FormatInteger(int64_t number) { return std::to_string(number); }

absl::StatusOr<int64_t> Within(absl::StatusOr<int64_t> number, IntegerRange range,
                               std::string (*format)(int64_t)) {
  if (!number.ok() || (*number >= range.min && *number <= range.max)) return number;
  return absl::OutOfRangeError(FormatRange(range, format));
}

std::vector<YamlEntry> EntriesOf(LoadContext& context, const YamlNode& node,
                                 std::string_view what) {
  if (node.kind() != YamlNode::Kind::kMap) {
    context.diagnostics.Error(node.place(), {what, ": expected a map, got ", node.kind_name()});
  }
  return node.entries();
}

constexpr size_t kMaxListItems = 1000;

absl::Status CheckAbsolutePath(std::string_view path) {
  if (path.starts_with('/') && path.find('\0') == std::string_view::npos) return absl::OkStatus();
  return absl::InvalidArgumentError("expected an absolute path, such as /var/log/app.log");
}

std::string WithoutTrailingSlash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

Place ConfigText::PlaceOf(size_t offset) const {
  return text == node->text() ? node->PlaceInText(offset) : node->place();
}

std::optional<ConfigText> ReadText(LoadContext& context, const YamlNode& node,
                                   std::string_view expectation) {
  if (node.kind() != YamlNode::Kind::kScalar) {
    context.diagnostics.Error(node.place(), {expectation, ", got ", node.kind_name()});
    return std::nullopt;
  }
  absl::StatusOr<ExpandedText> expanded =
      ExpandReferences(node.text(), context.environment, FolderOf(node.place().source->name()));
  if (!expanded.ok()) {
    context.diagnostics.Error(node.PlaceInText(SyntaxErrorOffset(expanded.status())),
                              {FromAbsl(expanded.status().message())});
    return std::nullopt;
  }
  return ConfigText{std::move(expanded->text), &node, expanded->ToSecret()};
}

MapReader::MapReader(LoadContext& context, std::vector<YamlEntry> entries, Place place,
                     std::string what)
    : context_(context), entries_(std::move(entries)), place_(place), what_(std::move(what)) {}

MapReader::MapReader(LoadContext& context, const YamlNode& node, Place place,
                     const std::string& what)
    : MapReader(context, EntriesOf(context, node, what), place, what) {
  is_map_ = node.kind() == YamlNode::Kind::kMap;
}

const YamlEntry* MapReader::FindEntry(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [key](const YamlEntry& entry) {
    return entry.key->text() == key;
  });
  return found == entries_.end() ? nullptr : &*found;
}

const YamlNode* MapReader::Take(std::string_view key) {
  known_.push_back(key);
  const YamlEntry* entry = FindEntry(key);
  if (entry == nullptr) return nullptr;
  if (entry->value->kind() == YamlNode::Kind::kNull) {
    Error(*entry->value, {Quoted(key), " has no value"});
    return nullptr;
  }
  return entry->value;
}

void MapReader::Require(std::string_view key) {
  const YamlEntry* entry = FindEntry(key);
  if (entry == nullptr) {
    ReportMissing(key);
  } else if (entry->value->kind() == YamlNode::Kind::kSequence && entry->value->items().empty()) {
    Error(*entry->value, {Quoted(key), " is an empty list"});
  }
}

void MapReader::ReportMissing(std::string_view key) {
  for (const YamlEntry& entry : entries_) {
    const std::string_view name = entry.key->text();
    const bool known = std::find(known_.begin(), known_.end(), name) != known_.end();
    if (known || NearestName(name, {key}).empty()) continue;
    Error(*entry.key,
          {"unknown key ", Quoted(name), " in ", what_, "; did you mean ", Quoted(key), "?"});
    refused_.push_back(name);
    return;
  }
  context_.diagnostics.Error(place_, {what_, " needs ", Quoted(key)});
}

void MapReader::Error(const YamlNode& node, std::initializer_list<std::string_view> message) {
  context_.diagnostics.Error(node.place(), message);
}

std::string MapReader::ValueNote(std::string_view key, const ConfigText& text) {
  const std::string_view source = text.node->text();
  const bool secret = key == "password" || key == "api_key" || key == "id_key" ||
                      key == "proxy_url" || source.find("${file:") != std::string_view::npos ||
                      text.text.find('@') != std::string::npos;  // Credentials in a URL.
  if (text.text == source || secret) return "";
  return Concat({" (the value is ", Quoted(text.text), ")"});
}

void MapReader::ErrorIn(std::string_view key, const ConfigText& text, const absl::Status& status) {
  context_.diagnostics.Error(text.PlaceOf(SyntaxErrorOffset(status)),
                             {Quoted(key), ": ", FromAbsl(status.message()), ValueNote(key, text)});
}

std::optional<ConfigText> MapReader::Text(std::string_view key, std::string_view what) {
  const YamlNode* node = Take(key);
  if (node == nullptr) return std::nullopt;
  return ReadText(context_, *node, Concat({Quoted(key), ": expected ", what}));
}

std::string MapReader::String(std::string_view key, std::string fallback) {
  std::optional<ConfigText> text = Text(key);
  if (!text.has_value()) return fallback;
  if (text->text.empty()) Error(*text->node, {Quoted(key), " is empty"});
  return std::move(text->text);
}

std::string MapReader::AbsolutePath(std::string_view key, std::string fallback) {
  std::optional<ConfigText> text = Text(key, "a path");
  if (!text.has_value()) return fallback;
  if (absl::Status status = CheckAbsolutePath(text->text); !status.ok()) {
    ErrorIn(key, *text, status);
    return fallback;
  }
  return WithoutTrailingSlash(std::move(text->text));
}

std::vector<ConfigText> MapReader::TextList(std::string_view key) {
  std::vector<ConfigText> list;
  const YamlNode* node = Take(key);
  if (node == nullptr) return list;
  std::vector<const YamlNode*> items = node->items();
  if (node->kind() != YamlNode::Kind::kSequence) items = {node};
  if (items.size() > kMaxListItems) {
    Error(*node, {Quoted(key), " has more than 1000 values"});
    return list;
  }
  for (const YamlNode* item : items) {
    std::optional<ConfigText> text =
        ReadText(context_, *item, Concat({Quoted(key), ": expected a list of values"}));
    if (!text.has_value()) continue;
    if (text->text.empty()) {
      Error(*item, {Quoted(key), ": an empty value"});
    } else {
      list.push_back(*std::move(text));
    }
  }
  return list;
}

std::vector<std::string> MapReader::AbsolutePathList(std::string_view key,
                                                     std::vector<std::string> fallback) {
  if (!Has(key)) {
    known_.push_back(key);
    return fallback;
  }
  std::vector<std::string> paths;
  for (ConfigText& text : TextList(key)) {
    if (absl::Status status = CheckAbsolutePath(text.text); !status.ok()) {
      ErrorIn(key, text, status);
    } else {
      paths.push_back(WithoutTrailingSlash(std::move(text.text)));
    }
  }
  return paths;
}

bool MapReader::Boolean(std::string_view key, bool fallback) {
  const std::optional<ConfigText> text = Text(key, "true or false");
  if (!text.has_value()) return fallback;
  if (text->text == "true") return true;
  if (text->text == "false") return false;
  ErrorIn(key, *text, absl::InvalidArgumentError("expected true or false"));
  return fallback;
}

int64_t MapReader::Integer(std::string_view key, IntegerRange range, int64_t fallback) {
  const std::optional<ConfigText> text = Text(key, "a whole number");
  if (!text.has_value()) return fallback;
  const absl::StatusOr<int64_t> number = Within(ParseInteger(text->text), range, FormatInteger);
  if (number.ok()) return *number;
  ErrorIn(key, *text, number.status());
  return fallback;
}

int64_t MapReader::Bytes(std::string_view key, IntegerRange range, int64_t fallback) {
  const std::optional<ConfigText> text = Text(key, "a size such as 64KiB or 10MiB");
  if (!text.has_value()) return fallback;
  const absl::StatusOr<int64_t> bytes = Within(ParseBytes(text->text), range, FormatBytes);
  if (bytes.ok()) return *bytes;
  ErrorIn(key, *text, bytes.status());
  return fallback;
}

std::chrono::milliseconds MapReader::Duration(std::string_view key, DurationRange range,
                                              std::chrono::milliseconds fallback) {
  const std::optional<ConfigText> text = Text(key, "a duration such as 250ms, 30s or 1h30m");
  if (!text.has_value()) return fallback;
  const absl::StatusOr<std::chrono::milliseconds> duration = ParseDuration(text->text);
  if (!duration.ok()) {
    ErrorIn(key, *text, duration.status());
    return fallback;
  }
  if (*duration >= range.min && *duration <= range.max) return *duration;
  ErrorIn(key, *text,
          absl::OutOfRangeError(Concat(
              {"must be from ", FormatDuration(range.min), " to ", FormatDuration(range.max)})));
  return fallback;
}

size_t MapReader::Choice(std::string_view key, std::span<const std::string_view> choices) {
  const std::optional<ConfigText> text = Text(key, "a name");
  if (!text.has_value()) return 0;
  const auto found = std::find(choices.begin(), choices.end(), text->text);
  if (found != choices.end()) return static_cast<size_t>(found - choices.begin());
  const std::vector<std::string_view> known(choices.begin(), choices.end());
  ErrorIn(key, *text,
          absl::InvalidArgumentError(
              Concat({"unknown value ", Quoted(text->text), SuggestName(text->text, known)})));
  return 0;
}

void MapReader::Refuse(std::string_view key, std::string_view message) {
  refused_.push_back(key);
  const YamlEntry* entry = FindEntry(key);
  if (entry != nullptr) Error(*entry->key, {Quoted(key), " ", message});
}

void MapReader::Finish() {
  for (const YamlEntry& entry : entries_) {
    const std::string_view key = entry.key->text();
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    if (std::find(refused_.begin(), refused_.end(), key) != refused_.end()) continue;
    Error(*entry.key, {"unknown key ", Quoted(key), " in ", what_, SuggestName(key, known_)});
  }
}

std::optional<ConfigText> LoadType(MapReader& reader, const std::vector<std::string_view>& known,
                                   const std::vector<std::string_view>& later) {
  if (reader.is_map()) reader.Require("type");
  std::optional<ConfigText> type = reader.Text("type", "a type");
  if (!type.has_value()) return std::nullopt;
  if (std::find(known.begin(), known.end(), type->text) != known.end()) return type;
  if (std::find(later.begin(), later.end(), type->text) != later.end()) {
    reader.Error(*type->node,
                 {"the type ", Quoted(type->text), " is not supported in this version"});
  } else {
    reader.Error(*type->node,
                 {"unknown type ", Quoted(type->text), SuggestName(type->text, known)});
  }
  return std::nullopt;
}

}  // namespace tailrace
