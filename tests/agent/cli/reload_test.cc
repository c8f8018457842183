#include "agent/cli/reload.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tailrace {
namespace {

class ConfigLoaderTest : public testing::Test {
 protected:
  ConfigLoaderTest() : dir_(testing::TempDir() + "config_loader_test") {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    environment_.variable = [](std::string_view name) -> std::optional<std::string> {
      if (name == "LEVEL") return "debug";
      return std::nullopt;
    };
    Write("tailrace.yaml", Text("${file:key}"));
    Write("key", "k1");
  }
  ~ConfigLoaderTest() override { std::filesystem::remove_all(dir_); }

  static std::string Text(const std::string& key) {
    return "agent: {log_level: \"${LEVEL}\", id_key: \"" + key +
           "\"}\n"
           "sources: {a: {type: file, include: [/a/*.log]}}\n"
           "pipelines: {p: {from: [a], to: [out]}}\nsinks: {out: {type: blackhole}}\n";
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ + "/" + name) << text;
  }
  std::optional<Config> Load() {
    Diagnostics diagnostics;
    return loader_.Load(diagnostics);
  }
  // As seen by the watch: changed, and so for one look more.
  int LooksUntilChanged() {
    for (int looks = 1; looks < 10; ++looks) {
      if (loader_.Changed()) return looks;
    }
    return 0;
  }

  const std::string dir_;
  LoadEnvironment environment_;
  ConfigLoader loader_{dir_ + "/tailrace.yaml", environment_};
};

TEST_F(ConfigLoaderTest, AChangeShowsOnceItHasStayedForALook) {
  ASSERT_TRUE(Load().has_value());
  EXPECT_EQ(LooksUntilChanged(), 0);
  Write("tailrace.yaml", "half a fi");
  EXPECT_FALSE(loader_.Changed());
  Write("tailrace.yaml", Text("other"));
  EXPECT_EQ(LooksUntilChanged(), 2);
  EXPECT_EQ(Load()->agent.id_key, "other");
  EXPECT_EQ(LooksUntilChanged(), 0);
}

TEST_F(ConfigLoaderTest, WatchesTheFilesThatTheConfigNames) {
  EXPECT_EQ(Load()->agent.id_key, "k1");
  Write("key", "k2");
  EXPECT_EQ(LooksUntilChanged(), 2);
  EXPECT_EQ(Load()->agent.id_key, "k2");
  EXPECT_EQ(Load()->agent.log_level, LogLevel::kDebug);  // Variables are there each time.
}

TEST_F(ConfigLoaderTest, ARejectedConfigIsNotTriedAgainUntilAFileOfItChanges) {
  ASSERT_TRUE(Load().has_value());
  std::filesystem::remove(dir_ + "/key");
  EXPECT_EQ(LooksUntilChanged(), 2);
  EXPECT_FALSE(Load().has_value());
  EXPECT_EQ(LooksUntilChanged(), 0);
  Write("key", "back");
  EXPECT_EQ(LooksUntilChanged(), 2);
  EXPECT_EQ(Load()->agent.id_key, "back");
}

}  // namespace
}  // namespace tailrace
