#include "agent/config/config_stamp.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tailrace {
namespace {

namespace fs = std::filesystem;

class ConfigStampTest : public testing::Test {
 protected:
  ConfigStampTest() : dir_(testing::TempDir() + "config_stamp_test") {
    fs::remove_all(dir_);
    fs::create_directories(dir_ + "/volume/..one");
  }
  ~ConfigStampTest() override { fs::remove_all(dir_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ + "/" + name) << text;
    return dir_ + "/" + name;
  }

  const std::string dir_;
};

TEST_F(ConfigStampTest, ChangesWithWhatTheFilesSayAndNotWithHowTheyCameThere) {
  const std::string path = Write("a.yaml", "agent: {}\n");
  const ConfigStamp first = ConfigStamp::Take(path, {});
  EXPECT_TRUE(first == ConfigStamp::Take(path, {}));
  Write("new.yaml", "agent: {}\n");
  fs::rename(dir_ + "/new.yaml", path);  // The same text in another file.
  EXPECT_TRUE(first == ConfigStamp::Take(path, {}, first));
  Write("a.yaml", "agent: []\n");
  EXPECT_FALSE(first == ConfigStamp::Take(path, {}, first));
}

TEST_F(ConfigStampTest, SeesFilesThatComeToAFolderAndLeaveIt) {
  const std::string folder = dir_ + "/folder";
  fs::create_directories(folder);
  Write("folder/a.yaml", "a");
  const ConfigStamp one = ConfigStamp::Take(folder, {});
  Write("folder/b.yml", "b");
  const ConfigStamp two = ConfigStamp::Take(folder, {}, one);
  EXPECT_FALSE(one == two);
  Write("folder/notes.txt", "c");
  EXPECT_TRUE(two == ConfigStamp::Take(folder, {}, two));
  fs::remove(folder + "/b.yml");
  EXPECT_TRUE(one == ConfigStamp::Take(folder, {}, two));
}

TEST_F(ConfigStampTest, FollowsTheLinksOfAConfigMap) {
  Write("volume/..one/a.yaml", "one");
  fs::create_symlink("..one", dir_ + "/volume/..data");
  fs::create_symlink("..data/a.yaml", dir_ + "/volume/a.yaml");
  const std::string path = dir_ + "/volume/a.yaml";
  const ConfigStamp one = ConfigStamp::Take(path, {});
  const ConfigStamp in_folder = ConfigStamp::Take(dir_ + "/volume", {});
  fs::create_directories(dir_ + "/volume/..two");
  Write("volume/..two/a.yaml", "two");
  fs::create_symlink("..two", dir_ + "/volume/..data_tmp");
  fs::rename(dir_ + "/volume/..data_tmp", dir_ + "/volume/..data");
  EXPECT_FALSE(one == ConfigStamp::Take(path, {}, one));
  EXPECT_FALSE(in_folder == ConfigStamp::Take(dir_ + "/volume", {}, in_folder));
}

TEST_F(ConfigStampTest, SeesNamedFilesEvenOnesThatAreNotThereYet) {
  const std::string path = Write("a.yaml", "a");
  const std::string key = dir_ + "/key";
  const ConfigStamp without = ConfigStamp::Take(path, {key});
  EXPECT_TRUE(without == ConfigStamp::Take(path, {key}));
  Write("key", "");
  const ConfigStamp empty = ConfigStamp::Take(path, {key}, without);
  EXPECT_FALSE(without == empty);
  Write("key", "x");
  EXPECT_FALSE(empty == ConfigStamp::Take(path, {key}, empty));
}

TEST_F(ConfigStampTest, WithThoseOfAnotherKeepsWhatBothKnow) {
  const std::string path = Write("a.yaml", "a");
  const ConfigStamp before = ConfigStamp::Take(path, {});
  Write("a.yaml", "b");
  const std::string key = Write("key", "k");
  const ConfigStamp now = ConfigStamp::Take(path, {key});
  const ConfigStamp both = now.WithThoseOf(before);
  EXPECT_FALSE(both == now);  // So that the change of a.yaml still shows.
  Write("a.yaml", "a");
  EXPECT_TRUE(both == ConfigStamp::Take(path, {key}));
}

}  // namespace
}  // namespace tailrace
