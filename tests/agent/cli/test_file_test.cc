#include "agent/cli/test_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace tailrace {
namespace {

std::string Folder() {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  const std::string folder = testing::TempDir() + "test_file_" + info->name();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::string Write(const std::string& folder, const std::string& name, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(folder + "/" + name).parent_path());
  std::ofstream(folder + "/" + name) << text;
  return folder + "/" + name;
}

struct Loaded {
  std::optional<TestFile> file;
  std::string diagnostics;
};

Loaded Load(const std::string& text) {
  const LoadEnvironment environment;
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  Loaded loaded{LoadTestFile(context, Write(Folder(), "t.yaml", text)), ""};
  loaded.diagnostics = diagnostics.Render();
  return loaded;
}

TEST(TestFile, HasAllThatATestSays) {
  const Loaded loaded = Load(
      "config: ../c.yaml\n"
      "tests:\n"
      "  - name: n\n"
      "    source: pods\n"
      "    labels: {namespace: shop}\n"
      "    format: cri\n"
      "    lines: ['a', \"b\\n\"]\n"
      "    expect: {es: [{a.b: 1, c: [x, null]}]}\n"
      "    exact: true\n"
      "    counts: {es: 1}\n"
      "    dropped_by: {probes: 2}\n");
  ASSERT_TRUE(loaded.file.has_value()) << loaded.diagnostics;
  ASSERT_EQ(loaded.file->tests.size(), 1U);
  const PipelineTest& test = loaded.file->tests[0];
  EXPECT_TRUE(loaded.file->config.ends_with("/../c.yaml")) << loaded.file->config;
  EXPECT_EQ(test.name, "n");
  EXPECT_EQ(test.source, "pods");
  EXPECT_EQ(test.labels.at("namespace"), "shop");
  EXPECT_EQ(test.format, FileFormat::kCri);
  EXPECT_EQ(test.lines, (std::vector<std::string>{"a", "b\n"}));
  ASSERT_EQ(test.expect.size(), 1U);
  EXPECT_EQ(test.expect[0].second, std::vector<std::string>{R"({"a.b":1,"c":["x",null]})"});
  EXPECT_TRUE(test.exact);
  EXPECT_EQ(test.counts[0].second, 1U);
  EXPECT_EQ(test.dropped_by[0].first, "probes");
}

TEST(TestFile, SaysWhatIsWrongWithItsPlace) {
  struct Case {
    std::string text;
    std::string place;
  };
  const Case cases[] = {
      {"tests: []\n", "t.yaml:1:"},
      {"parser: json\ntests: [{name: n, lines: [a], expcet: []}]\n", "t.yaml:2:31"},
      {"parser: json\ntests: [{name: n}]\n", "t.yaml:2:"},
      {"parser: json\ntests: [{name: n, lines: a}]\n", "t.yaml:2:26"},
      {"config: a\nparser: json\ntests: [{name: n, lines: [a]}]\n", "t.yaml:"},
      {"parser: [\n", "t.yaml:"},
  };
  for (const Case& c : cases) {
    const Loaded loaded = Load(c.text);
    EXPECT_FALSE(loaded.file.has_value()) << c.text;
    EXPECT_NE(loaded.diagnostics.find(c.place), std::string::npos) << c.text << loaded.diagnostics;
  }
}

TEST(TestFile, AFolderIsItsYamlFilesInOrder) {
  const std::string folder = Folder();
  for (const char* name : {"b.yaml", "a.yml", "below/c.yaml", "d.txt"}) Write(folder, name, "x");
  const LoadEnvironment environment;
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  EXPECT_EQ(
      FindTestFiles(context, folder),
      (std::vector<std::string>{folder + "/a.yml", folder + "/b.yaml", folder + "/below/c.yaml"}));
  EXPECT_EQ(diagnostics.errors(), 0U);
  std::filesystem::create_directories(folder + "/empty");
  EXPECT_TRUE(FindTestFiles(context, folder + "/empty").empty());
  EXPECT_EQ(diagnostics.errors(), 1U);
}

}  // namespace
}  // namespace tailrace
