#include "agent/cli/test_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <system_error>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/text_file.h"
#include "agent/config/config_files.h"
#include "agent/config/yaml_json.h"
#include "agent/yaml/yaml_document.h"

namespace tailrace {
namespace {

constexpr size_t kMaxTests = 10'000;

bool IsList(LoadContext& context, const YamlNode& node, std::string_view key) {
  if (node.kind() == YamlNode::Kind::kSequence) return true;
  context.diagnostics.Error(node.place(),
                            {Quoted(key), ": expected a list, got ", node.kind_name()});
  return false;
}

const std::vector<YamlEntry>& EntriesOf(LoadContext& context, const YamlNode& node,
                                        std::string_view key) {
  if (node.kind() != YamlNode::Kind::kMap) {
    context.diagnostics.Error(node.place(),
                              {Quoted(key), ": expected a map, got ", node.kind_name()});
  }
  return node.entries();
}

void LoadLines(LoadContext& context, MapReader& reader, PipelineTest& test) {
  reader.Require("lines");
  const YamlNode* lines = reader.Take("lines");
  if (lines == nullptr || !IsList(context, *lines, "lines")) return;
  for (const YamlNode* line : lines->items()) {
    if (line->kind() == YamlNode::Kind::kScalar || line->kind() == YamlNode::Kind::kNull) {
      test.lines.push_back(line->text());
    } else {
      context.diagnostics.Error(line->place(),
                                {"\"lines\": expected texts in quotes, got ", line->kind_name()});
    }
  }
}

std::vector<std::string> LoadDocuments(LoadContext& context, const YamlNode& node) {
  std::vector<std::string> documents;
  if (!IsList(context, node, "expect")) return documents;
  for (const YamlNode* item : node.items()) {
    if (item->kind() == YamlNode::Kind::kMap) {
      documents.push_back(JsonOfYaml(*item));
    } else {
      context.diagnostics.Error(item->place(),
                                {"\"expect\": expected a document, got ", item->kind_name()});
    }
  }
  return documents;
}

void LoadExpect(LoadContext& context, MapReader& reader, bool of_parser, PipelineTest& test) {
  const YamlNode* expect = reader.Take("expect");
  if (expect == nullptr) return;
  if (of_parser) {
    test.expect.emplace_back("", LoadDocuments(context, *expect));
    return;
  }
  for (const YamlEntry& entry : EntriesOf(context, *expect, "expect")) {
    test.expect.emplace_back(entry.key->text(), LoadDocuments(context, *entry.value));
  }
}

std::vector<std::pair<std::string, uint64_t>> LoadCounts(LoadContext& context, MapReader& reader,
                                                         std::string_view key) {
  std::vector<std::pair<std::string, uint64_t>> counts;
  const YamlNode* node = reader.Take(key);
  if (node == nullptr) return counts;
  for (const YamlEntry& entry : EntriesOf(context, *node, key)) {
    MapReader counter(context, {entry}, entry.key->place(), std::string(key));
    const int64_t count = counter.Integer(entry.key->text(), {0, INT64_MAX}, 0);
    counts.emplace_back(entry.key->text(), static_cast<uint64_t>(count));
  }
  return counts;
}

void LoadStream(LoadContext& context, MapReader& reader, PipelineTest& test) {
  constexpr std::array<std::string_view, 4> kFormats = {"auto", "raw", "cri", "docker"};
  test.source = reader.String("source", "");
  if (const YamlNode* labels = reader.Take("labels"); labels != nullptr) {
    for (const YamlEntry& entry : EntriesOf(context, *labels, "labels")) {
      test.labels.insert_or_assign(entry.key->text(), entry.value->text());
    }
  }
  switch (reader.Choice("format", kFormats)) {
    case 1:
      test.format = FileFormat::kRaw;
      break;
    case 2:
      test.format = FileFormat::kCri;
      break;
    case 3:
      test.format = FileFormat::kDocker;
      break;
    default:
      break;
  }
}

PipelineTest LoadTest(LoadContext& context, const YamlNode& node, size_t number, bool of_parser) {
  PipelineTest test;
  MapReader reader(context, node, node.place(), Concat({"test ", std::to_string(number)}));
  test.name = reader.String("name", Concat({"test ", std::to_string(number)}));
  LoadLines(context, reader, test);
  LoadExpect(context, reader, of_parser, test);
  test.exact = reader.Boolean("exact", false);
  if (!of_parser) {
    LoadStream(context, reader, test);
    test.counts = LoadCounts(context, reader, "counts");
    test.dropped_by = LoadCounts(context, reader, "dropped_by");
  }
  reader.Finish();
  if (test.expect.empty() && test.counts.empty() && test.dropped_by.empty()) {
    context.diagnostics.Error(
        node.place(), {"the test expects nothing: give it ",
                       of_parser ? "\"expect\"" : "\"expect\", \"counts\" or \"dropped_by\""});
  }
  return test;
}

void LoadTests(LoadContext& context, MapReader& reader, TestFile& file) {
  reader.Require("tests");
  const YamlNode* tests = reader.Take("tests");
  if (tests == nullptr || !IsList(context, *tests, "tests")) return;
  if (tests->items().size() > kMaxTests) return reader.Error(*tests, {"more than 10000 tests"});
  for (const YamlNode* node : tests->items()) {
    file.tests.push_back(LoadTest(context, *node, file.tests.size() + 1, !file.parser.empty()));
  }
}

}  // namespace

std::optional<TestFile> LoadTestFile(LoadContext& context, const std::string& path) {
  const size_t errors_before = context.diagnostics.errors();
  absl::StatusOr<TextFile> text = ReadTextFile(path, YamlDocument::kMaxBytes);
  if (!text.ok()) {
    context.diagnostics.ErrorInFile(path, {FromAbsl(text.status().message())});
    return std::nullopt;
  }
  const std::unique_ptr<YamlDocument> document =
      YamlDocument::Parse(path, std::move(text->text), context.diagnostics);
  if (document == nullptr) return std::nullopt;
  TestFile file;
  file.path = path;
  MapReader reader(context, document->root(), document->root().place(), "the file");
  file.config = reader.String("config", "");
  file.parser = reader.String("parser", "");
  if (reader.is_map() && file.config.empty() == file.parser.empty()) {
    reader.Error(document->root(), {"the file needs \"config\" or \"parser\", and not both"});
  }
  if (!file.config.empty() && !file.config.starts_with('/')) {
    file.config = Concat({FolderOf(path), "/", file.config});
  }
  LoadTests(context, reader, file);
  reader.Finish();
  if (context.diagnostics.errors() > errors_before) return std::nullopt;
  return file;
}

std::vector<std::string> FindTestFiles(LoadContext& context, const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  std::filesystem::recursive_directory_iterator entry(path, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    if (extension == ".yaml" || extension == ".yml") files.push_back(entry->path().string());
  }
  if (error) {
    context.diagnostics.ErrorInFile(path, {"list the folder: ", error.message()});
  } else if (files.empty()) {
    context.diagnostics.ErrorInFile(path, {"no *.yaml or *.yml file in the folder"});
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace tailrace
