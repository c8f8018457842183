// `lookup`.
#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "agent/base/text_file.h"
#include "agent/config/config_files.h"
#include "agent/config/stages/stage_loaders.h"
#include "agent/enrich/lookup_file.h"
#include "agent/pipeline/stages/lookup_stage.h"

namespace tailrace {
namespace {

constexpr size_t kSetMax = 256;

// A relative path begins in the folder of the file that names it.
std::string PathFrom(const YamlNode& node, const std::string& path) {
  const Place place = node.place();
  if (path.starts_with('/') || place.source == nullptr) return path;
  return Concat({FolderOf(place.source->name()), "/", path});
}

// `set`: the fields, and the column of each.
bool LoadSetOf(StageLoad& load, MapReader& reader, const YamlNode& node,
               LookupStageOptions& options, std::vector<std::string>& columns) {
  if (node.kind() != YamlNode::Kind::kMap || node.entries().empty() ||
      node.entries().size() > kSetMax) {
    reader.Error(node, {"\"set\": expected a map of fields and columns, such as {team: owner}"});
    return false;
  }
  for (const YamlEntry& entry : node.entries()) {
    std::optional<FieldPath> path = LoadPath(load, *entry.key, "set", PathUse::kWrite);
    const bool is_text =
        entry.value->kind() == YamlNode::Kind::kScalar && !entry.value->text().empty();
    if (!is_text) reader.Error(*entry.value, {"\"set\": expected the name of a column"});
    if (!path || !is_text) return false;
    options.set.push_back(*std::move(path));
    columns.push_back(entry.value->text());
  }
  return true;
}

// `into`: all columns but the key's own, below that name.
bool LoadIntoOf(StageLoad& load, MapReader& reader, const YamlNode& node,
                LookupStageOptions& options, LookupOptions& file) {
  const std::optional<FieldPath> into = LoadPath(load, node, "into", PathUse::kWrite);
  if (!into) return false;
  const absl::StatusOr<TextFile> text = ReadTextFile(file.path, CsvTable::kBytesMax);
  absl::Status status = text.status();
  std::vector<std::string> columns;
  if (status.ok()) {
    absl::StatusOr<std::vector<std::string>> names = CsvTable::Columns(text->text);
    status = names.status();
    if (status.ok()) columns = *std::move(names);
  }
  if (!status.ok()) {
    reader.Error(node, {"\"table\": ", FromAbsl(status.message())});
    return false;
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (file.key_column.empty() ? i == 0 : columns[i] == file.key_column) continue;
    const std::vector<std::string> segments = {into->name(), columns[i]};
    options.set.push_back(FieldPath::Of(segments));
    file.columns.push_back(columns[i]);
  }
  return true;
}

}  // namespace

std::optional<StageMaker> LoadLookup(StageLoad& load, const YamlNode& value) {
  MapReader reader(load.context, value, value.place(), "the stage \"lookup\"");
  LookupStageOptions options;
  LookupOptions file;
  const bool is_database = reader.Has("database");
  file.format = is_database ? LookupFormat::kMaxMind : LookupFormat::kCsv;
  const std::string_view file_key = is_database ? "database" : "table";
  const YamlNode* key = reader.Take("key");
  const YamlNode* set = reader.Take("set");
  const YamlNode* into = is_database ? nullptr : reader.Take("into");
  bool good = true;
  reader.Require(file_key);
  const std::optional<ConfigText> path = reader.Text(file_key, "the path of a file");
  if (path) file.path = PathFrom(*path->node, path->text);
  if (is_database) {
    for (const std::string_view other : {"table", "column", "into"}) {
      good &= !reader.Has(other);
      reader.Refuse(other, "is not for a \"database\"");
    }
  } else {
    file.key_column = reader.String("column", "");
  }
  reader.Require("key");
  good &= path.has_value();
  std::optional<FieldPath> key_path;
  if (key != nullptr) key_path = LoadPath(load, *key, "key", PathUse::kRead);
  if (set == nullptr && into == nullptr) reader.Require("set");
  reader.Finish();
  good &= key_path.has_value() && (set != nullptr || into != nullptr);
  if (good && set != nullptr) good = LoadSetOf(load, reader, *set, options, file.columns);
  if (good && into != nullptr) good = LoadIntoOf(load, reader, *into, options, file);
  if (!good) return std::nullopt;
  absl::StatusOr<std::shared_ptr<LookupFile>> opened = LookupFile::Open(std::move(file));
  if (!opened.ok()) {
    reader.Error(*path->node, {Quoted(file_key), ": ", FromAbsl(opened.status().message())});
    return std::nullopt;
  }
  options.key = *std::move(key_path);
  options.file = *opened;
  load.spec.lookup = *std::move(opened);
  return LookupStage(std::move(options));
}

}  // namespace tailrace
