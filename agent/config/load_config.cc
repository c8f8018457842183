#include "agent/config/load_config.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/strings.h"
#include "agent/base/text_file.h"
#include "agent/config/agent_section.h"
#include "agent/config/config_files.h"
#include "agent/config/cross_checks.h"
#include "agent/config/map_reader.h"
#include "agent/config/pipeline_section.h"
#include "agent/config/preset_library.h"
#include "agent/config/sections.h"
#include "agent/config/sink_section.h"
#include "agent/config/source_section.h"
#include "agent/yaml/yaml_document.h"

namespace tailrace {
namespace {

using Documents = std::vector<std::unique_ptr<YamlDocument>>;

// Every file that can be read; the others have added an error.
std::vector<ConfigFileText> ReadConfigFiles(const std::vector<std::string>& names,
                                            Diagnostics& diagnostics) {
  std::vector<ConfigFileText> files;
  for (const std::string& name : names) {
    absl::StatusOr<TextFile> file = ReadTextFile(name, YamlDocument::kMaxBytes);
    if (file.ok()) {
      files.push_back({name, std::move(file->text)});
    } else {
      diagnostics.ErrorInFile(name, {FromAbsl(file.status().message())});
    }
  }
  return files;
}

Documents ParseDocuments(std::vector<ConfigFileText> files, Diagnostics& diagnostics) {
  Documents documents;
  for (ConfigFileText& file : files) {
    std::unique_ptr<YamlDocument> document =
        YamlDocument::Parse(std::move(file.name), std::move(file.text), diagnostics);
    if (document != nullptr) documents.push_back(std::move(document));
  }
  return documents;
}

void RequireSection(const std::string& path, std::string_view name, bool empty,
                    Diagnostics& diagnostics) {
  if (!empty) return;
  diagnostics.ErrorInFile(path, {"the section ", Quoted(name), " is missing or empty"});
}

Config LoadSections(LoadContext& context, const std::string& path, const Sections& sections) {
  Config config;
  SectionNames names;
  config.agent = LoadAgentSection(context, sections.agent);
  config.sources = LoadSourceSection(context, sections.sources, names.sources);
  config.sinks = LoadSinkSection(context, config, sections.sinks, names.sinks);
  PresetLibrary presets;
  if (const absl::Status added = presets.AddFolder(ConfigFolder(path)); !added.ok()) {
    context.diagnostics.ErrorInFile(path, {FromAbsl(added.message())});
  }
  config.pipelines = LoadPipelineSection(context, config, sections.pipelines, names, presets);
  RequireSection(path, "sources", config.sources.empty(), context.diagnostics);
  RequireSection(path, "pipelines", config.pipelines.empty(), context.diagnostics);
  RequireSection(path, "sinks", config.sinks.empty(), context.diagnostics);
  CheckFit(context, config, names);
  // Warnings about parts that failed to load would mislead.
  if (context.diagnostics.errors() == 0) WarnAboutUnused(context, config, names);
  return config;
}

}  // namespace

std::optional<Config> LoadConfig(const std::string& path, const LoadEnvironment& environment,
                                 Diagnostics& diagnostics) {
  const absl::StatusOr<std::vector<std::string>> names = FindConfigFiles(path);
  if (!names.ok()) {
    diagnostics.ErrorInFile(path, {FromAbsl(names.status().message())});
    return std::nullopt;
  }
  std::vector<ConfigFileText> files = ReadConfigFiles(*names, diagnostics);
  if (files.size() < names->size()) return std::nullopt;
  return LoadConfigTexts(path, std::move(files), environment, diagnostics);
}

std::optional<Config> LoadConfigTexts(const std::string& path, std::vector<ConfigFileText> files,
                                      const LoadEnvironment& environment,
                                      Diagnostics& diagnostics) {
  const size_t count = files.size();
  const Documents documents = ParseDocuments(std::move(files), diagnostics);
  // With a file missing, what refers to it would look wrong as well.
  if (documents.size() < count) return std::nullopt;
  LoadContext context{environment, diagnostics};
  Config config = LoadSections(context, path, GatherSections(context, documents));
  if (diagnostics.errors() > 0) return std::nullopt;
  if (config.agent.id_key == kPublishedIdKey) {
    diagnostics.HintInFile(path, {"agent.id_key is the published default; set your own, so that no "
                                  "application can forge the ids of other lines"});
  }
  return config;
}

}  // namespace tailrace
