#include "tests/agent/config/loaded_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace tailrace {
namespace {

std::string WithoutFolder(std::string text, const std::string& folder) {
  for (size_t at = text.find(folder); at != std::string::npos; at = text.find(folder, at)) {
    text.erase(at, folder.size());
  }
  return text;
}

LoadedText Load(const std::string& path, const std::string& folder, Variables variables) {
  Diagnostics diagnostics;
  LoadedText loaded;
  loaded.config = LoadConfig(path, MakeEnvironment(std::move(variables)), diagnostics);
  loaded.diagnostics = WithoutFolder(diagnostics.Render(), folder + "/");
  loaded.errors = diagnostics.errors();
  loaded.warnings = diagnostics.warnings();
  return loaded;
}

}  // namespace

LoadEnvironment MakeEnvironment(Variables variables) {
  LoadEnvironment environment;
  environment.host_name = "machine-1";
  environment.variable =
      [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  return environment;
}

std::string FreshFolder() {
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) /
                                       (std::string(test.test_suite_name()) + "." + test.name());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

LoadedText LoadText(const std::string& yaml, Variables variables) {
  const std::string folder = FreshFolder();
  WriteFile(folder + "/tailrace.yaml", yaml);
  return Load(folder + "/tailrace.yaml", folder, std::move(variables));
}

LoadedText LoadFolder(const std::map<std::string, std::string>& files, Variables variables) {
  const std::string folder = FreshFolder();
  for (const auto& [name, content] : files) WriteFile(folder + "/" + name, content);
  return Load(folder, folder, std::move(variables));
}

}  // namespace tailrace
