#include "sinks/kafka_address.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

TEST(KafkaAddress, WhatIsRenderedIsReadBack) {
  struct Case {
    std::string topic;
    std::optional<std::string> key;
    uint32_t hash;
    std::string id;
  };
  const std::string long_topic(249, 't');
  for (const Case& c : {Case{"t", std::nullopt, 0, ""}, Case{"logs.shop", "", 0x7fffffff, ""},
                        Case{"a", "k", 1, "0123456789abcdef0123456789ab"},
                        Case{long_topic, std::string(1000, 'k'), 2, "x"}}) {
    KafkaAddress address;
    address.topic = c.topic;
    if (c.key) address.key = *c.key;
    address.partition_hash = c.hash;
    const std::string text = RenderKafkaAddress(address) + c.id;
    const KafkaAddress read = ParseKafkaAddress(text);
    EXPECT_EQ(read.topic, c.topic);
    EXPECT_EQ(read.key.has_value(), c.key.has_value());
    EXPECT_EQ(read.key.value_or(""), c.key.value_or(""));
    EXPECT_EQ(read.partition_hash, c.hash);
    EXPECT_EQ(read.id, c.id);
  }
}

TEST(KafkaAddress, WhatIsTooLongIsCut) {
  const std::string topic(300, 't');
  const std::string key(100'000, 'k');
  KafkaAddress address;
  address.topic = topic;
  address.key = key;
  const std::string text = RenderKafkaAddress(address);
  const KafkaAddress read = ParseKafkaAddress(text);
  EXPECT_EQ(read.topic.size(), 249u);
  EXPECT_EQ(read.key->size(), 32u << 10);
  EXPECT_EQ(read.id, "");
}

TEST(KafkaAddress, TopicsAreMadeValid) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"logs", "logs"},       {"Logs-2.x_y", "Logs-2.x_y"},
      {"a b/c:d", "a_b_c_d"}, {"", "unnamed"},
      {".", "unnamed"},       {"..", "unnamed"},
      {"...", "..."},         {"\xC3\xBC", "__"},
  };
  for (const auto& [name, valid] : kCases) EXPECT_EQ(SanitizeTopicName(name), valid) << name;
  EXPECT_EQ(SanitizeTopicName(std::string(1000, 'x')).size(), 249u);
  EXPECT_EQ(SanitizeTopicName(std::string(2, '\0')), "__");
}

TEST(KafkaAddress, FilesOfOneDayHaveDifferentHashes) {
  FileKey a{};
  FileKey b{};
  b.bytes[2] = 1;
  EXPECT_NE(KafkaPartitionHash(a), KafkaPartitionHash(b));
  a.bytes.fill(0xff);
  EXPECT_EQ(KafkaPartitionHash(a), 0x7fffffffu);
}

}  // namespace
}  // namespace tailrace
