// LoadConfig turns the YAML that SREs write into a Config, or says all that is wrong with it.
//
// Threads    Any; reads files, so not on the data path.
// Failure    Diagnostics hold every error, warning and hint; nullopt when there is an error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/config/expansion.h"
#include "agent/yaml/diagnostics.h"

namespace tailrace {

// `path` is a file, or a folder whose *.yaml and *.yml files are taken together in the order of
// their names. Only the config and the files that it refers to are read.
[[nodiscard]] std::optional<Config> LoadConfig(const std::string& path,
                                               const LoadEnvironment& environment,
                                               Diagnostics& diagnostics);

// A config file that was read already.
struct ConfigFileText {
  std::string name;
  std::string text;
};

// As LoadConfig, of these files. `path` is what diagnostics about the config as a whole name.
[[nodiscard]] std::optional<Config> LoadConfigTexts(const std::string& path,
                                                    std::vector<ConfigFileText> files,
                                                    const LoadEnvironment& environment,
                                                    Diagnostics& diagnostics);

}  // namespace tailrace
