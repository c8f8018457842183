#include "sinks/record_id.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "agent/codec/base64.h"

namespace tailrace {
namespace {

std::string IdOf(const FileKey& key, int64_t offset, uint32_t covered) {
  const auto key_text = RecordIdKeyText(key);
  std::string id(key_text.data(), key_text.size());
  id.resize(kRecordIdLength);
  WriteRecordIdPosition(offset, covered, id.data() + kRecordIdKeyLength);
  return id;
}

const FileKey kKey{{0x4e, 0xf1, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99}};

TEST(RecordId, IsTheWorkedExampleOfTheHeader) {
  EXPECT_EQ(IdOf(kKey, 418, 418), "TvEAESIzRFVmd4iZAAAAAAGiAAGi");
}

TEST(RecordId, IsTheBase64UrlOfTheBytesInOrder) {
  std::mt19937_64 random(7);
  std::vector<std::pair<int64_t, uint32_t>> places = {
      {0, 0}, {(int64_t{1} << 48) - 1, (1u << 24) - 1}, {int64_t{1} << 47, 1u << 23}, {63, 64}};
  for (int i = 0; i < 1000; ++i) {
    places.emplace_back(random() >> (16 + random() % 48), random() & 0xffffff);
  }
  for (const auto& [offset, covered] : places) {
    std::string bytes(kKey.bytes.begin(), kKey.bytes.end());
    for (int i = 5; i >= 0; --i) bytes.push_back(static_cast<char>(offset >> (8 * i)));
    for (int i = 2; i >= 0; --i) bytes.push_back(static_cast<char>(covered >> (8 * i)));
    EXPECT_EQ(IdOf(kKey, offset, covered), Base64UrlEncode(bytes)) << offset << " " << covered;
  }
}

TEST(RecordId, ARecordThatCoversMoreHasAnotherId) {
  EXPECT_NE(IdOf(kKey, 418, 418), IdOf(kKey, 418, 419));
  EXPECT_NE(IdOf(kKey, 418, 418), IdOf(kKey, 419, 418));
}

TEST(RecordId, EachPipelineHasAKeyOfItsOwnOnTheSameDay) {
  std::set<std::array<uint8_t, 12>> keys{kKey.bytes};
  for (const char* name : {"", "a", "b", "ab", "shop"}) {
    const FileKey derived = DerivedFileKey(kKey, name);
    EXPECT_EQ(derived, DerivedFileKey(kKey, name));
    EXPECT_EQ(derived.bytes[0], kKey.bytes[0]);
    EXPECT_EQ(derived.bytes[1], kKey.bytes[1]);
    EXPECT_TRUE(keys.insert(derived.bytes).second) << name;
  }
}

}  // namespace
}  // namespace tailrace
