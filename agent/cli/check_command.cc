#include <cstdio>
#include <optional>

#include "agent/base/strings.h"
#include "agent/cli/commands.h"
#include "agent/config/config_files.h"
#include "agent/config/describe_config.h"
#include "agent/config/describe_parsers.h"
#include "agent/config/load_config.h"

namespace tailrace {
namespace {

void Describe(const Config& config, const std::string& path, const LoadEnvironment& environment) {
  PresetLibrary presets;
  // The config could not have been loaded without its folder.
  const absl::Status added = presets.AddFolder(ConfigFolder(path));
  if (!added.ok()) std::fprintf(stderr, "%s\n", std::string(FromAbsl(added.message())).c_str());
  const SystemClock clock;
  std::fputs(DescribeConfig(config).c_str(), stdout);
  std::fputs(DescribeParsers(config, presets, environment, clock).c_str(), stdout);
}

}  // namespace

int CheckConfig(const std::string& config_path, const CheckOptions& options,
                const LoadEnvironment& environment) {
  Diagnostics diagnostics;
  const std::optional<Config> config = LoadConfig(config_path, environment, diagnostics);
  std::fputs(diagnostics.Render().c_str(), stderr);
  if (!config) return kExitConfig;
  if (options.verbose) Describe(*config, config_path, environment);
  std::printf("%s: ok: %zu sources, %zu pipelines, %zu sinks, %zu warnings\n", config_path.c_str(),
              config->sources.size(), config->pipelines.size(), config->sinks.size(),
              diagnostics.warnings());
  return options.strict && diagnostics.warnings() > 0 ? kExitFailures : kExitOk;
}

}  // namespace tailrace
