#include "agent/base/secret_text.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

class SecretTextTest : public testing::Test {
 protected:
  SecretTextTest() : folder_(testing::TempDir() + "secret_text_" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~SecretTextTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
  }
  // A file of a name of its own takes the place of `name`.
  void Replace(const std::string& name, const std::string& content) const {
    Write("new", content);
    std::filesystem::rename(Path("new"), Path(name));
  }
  SecretText FromFile(const std::string& name) const {
    return SecretText({{Secret("key-"), ""}, {Secret(), Path(name)}, {Secret("!"), ""}});
  }

  const std::string folder_;
};

std::string Now(SecretText& text) {
  const absl::StatusOr<Secret> secret = text.Read({});
  return secret.ok() ? std::string(secret->Reveal())
                     : std::string(FromAbsl(secret.status().message()));
}

TEST_F(SecretTextTest, ALiteralStays) {
  SecretText text("plain");
  EXPECT_EQ(Now(text), "plain");
  EXPECT_FALSE(text.empty());
  SecretText none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(Now(none), "");
  EXPECT_EQ(SecretText(""), none);
}

TEST_F(SecretTextTest, AFileIsReadAgainWhenItIsReplacedOrRewritten) {
  Write("key", "one\n");
  SecretText text = FromFile("key");
  EXPECT_EQ(Now(text), "key-one!");
  Replace("key", "two\r\n");
  EXPECT_EQ(Now(text), "key-two!");
  Write("key", "three");  // In place: another size.
  EXPECT_EQ(Now(text), "key-three!");
}

// Kubernetes keeps the files in a folder of their own and moves the link ..data to the next one.
TEST_F(SecretTextTest, ASwappedLinkIsFollowed) {
  for (const std::string version : {"v1", "v2"}) {
    std::filesystem::create_directories(Path(version));
    Write(version + "/key", "of-" + version);
  }
  std::filesystem::create_symlink("v1", Path("..data"));
  std::filesystem::create_symlink("..data/key", Path("key"));
  SecretText text = FromFile("key");
  EXPECT_EQ(Now(text), "key-of-v1!");
  std::filesystem::create_symlink("v2", Path("..tmp"));
  std::filesystem::rename(Path("..tmp"), Path("..data"));
  EXPECT_EQ(Now(text), "key-of-v2!");
}

TEST_F(SecretTextTest, AFileThatIsGoneLeavesTheLastValueInForce) {
  SecretText text = FromFile("key");
  EXPECT_EQ(Now(text), "open " + Path("key") + ": ENOENT (No such file or directory)");
  Write("key", "one");
  EXPECT_EQ(Now(text), "key-one!");
  std::filesystem::remove(Path("key"));
  EXPECT_EQ(Now(text), "key-one!");
  Write("key", std::string("a\0b", 3));
  EXPECT_EQ(Now(text), "key-one!");
  Replace("key", "back");
  EXPECT_EQ(Now(text), "key-back!");
}

TEST_F(SecretTextTest, WhatIsNoShortTextIsRefused) {
  Write("binary", std::string("a\0b", 3));
  Write("large", std::string(SecretText::kMaxFileBytes + 1, 'x'));
  const std::pair<std::string, std::string> cases[] = {
      {"binary", "the file " + Path("binary") + " is not text"},
      {"large", "read " + Path("large") + ": larger than 64KiB"},
      {".", "open " + Path(".") + ": not a regular file"},
  };
  for (const auto& [name, message] : cases) {
    SecretText text = FromFile(name);
    EXPECT_EQ(Now(text), message);
  }
}

}  // namespace
}  // namespace tailrace
