// LoadedText loads a config from a string as LoadConfig loads one from a folder, for tests.
//
// Threads    One test at a time.
// Ownership  The files stand below testing::TempDir(), in a folder of the test's own.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/config/config.h"
#include "agent/config/load_config.h"

namespace tailrace {

using Variables = std::map<std::string, std::string, std::less<>>;

LoadEnvironment MakeEnvironment(Variables variables = {});

struct LoadedText {
  std::optional<Config> config;
  std::string diagnostics;  // Without the folder before the names of files.
  size_t errors = 0;
  size_t warnings = 0;
};

// A folder of this test, empty.
std::string FreshFolder();
void WriteFile(const std::string& path, const std::string& content);

// `yaml` as the file tailrace.yaml.
LoadedText LoadText(const std::string& yaml, Variables variables = {});
// Several files of one folder, by their names.
LoadedText LoadFolder(const std::map<std::string, std::string>& files, Variables variables = {});

// What makes a config complete beside the section under test; each begins at column 1.
inline constexpr char kSources[] = "sources: {pods: {type: kubernetes_logs}}\n";
inline constexpr char kPipelines[] = "pipelines: {all: {from: [pods], to: [out]}}\n";
inline constexpr char kSinks[] = "sinks: {out: {type: blackhole}}\n";
// The hint that every config without a key of its own gets.
inline constexpr char kIdKeyHint[] =
    "tailrace.yaml: hint: agent.id_key is the published default; set your own, so that no "
    "application can forge the ids of other lines\n";

}  // namespace tailrace
