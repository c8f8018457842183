#include <cstdio>
#include <optional>

#include "agent/cli/commands.h"
#include "agent/config/describe_config.h"
#include "agent/config/load_config.h"

namespace tailrace {

int CheckConfig(const std::string& config_path, const CheckOptions& options,
                const LoadEnvironment& environment) {
  Diagnostics diagnostics;
  const std::optional<Config> config = LoadConfig(config_path, environment, diagnostics);
  std::fputs(diagnostics.Render().c_str(), stderr);
  if (!config) return kExitConfig;
  if (options.verbose) std::fputs(DescribeConfig(*config).c_str(), stdout);
  std::printf("%s: ok: %zu sources, %zu pipelines, %zu sinks, %zu warnings\n", config_path.c_str(),
              config->sources.size(), config->pipelines.size(), config->sinks.size(),
              diagnostics.warnings());
  return options.strict && diagnostics.warnings() > 0 ? kExitFailures : kExitOk;
}

}  // namespace tailrace
