#include "sinks/whole_prefix.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "agent/base/unique_fd.h"
#include "agent/codec/zstd.h"
#include "tests/sinks/local_sink_fixture.h"

namespace tailrace {
namespace {

std::string Frame(std::string_view text) {
  std::string frame;
  ZstdCompressor(1).AppendTo(text, frame);
  return frame;
}

// "WHOLE", "WHOLE damaged" or the error.
std::string Found(std::string_view bytes) {
  const std::string path = FreshSinkDir("prefix") + "/x";
  SetContents(path, bytes);
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto found = FindWholeFrames(fd.get(), static_cast<int64_t>(bytes.size()), "x");
  if (!found.ok()) return std::string(found.status().message());
  return std::to_string(found->bytes) + (found->is_damaged ? " damaged" : "");
}

TEST(FindWholeFrames, StopsBehindTheLastSoundFrame) {
  const std::string a = Frame(LinesOf(0, 100));
  const std::string b = Frame(LinesOf(100, 3));
  const std::string c = Frame(std::string(400'000, 'z') + "\n");
  std::string bad = a;
  bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
  const std::string zeros(5000, '\0');
  const std::string skipped("\x50\x2a\x4d\x18\x02\x00\x00\x00hi", 10);
  const auto size = [](const std::string& frames) { return std::to_string(frames.size()); };
  const struct {
    const char* name;
    std::string bytes;
    std::string found;
  } cases[] = {
      {"empty", "", "0"},
      {"one", a, size(a)},
      {"three", a + b + c, size(a + b + c)},
      {"one_byte_more", a + b + c.substr(0, 1), size(a + b)},
      {"magic_only", a + c.substr(0, 4), size(a)},
      {"without_its_last_byte", a + b.substr(0, b.size() - 1), size(a)},
      {"zeros_behind", a + zeros, size(a)},
      {"zeros_in_place_of_the_end", a + a.substr(0, 20) + zeros, size(a)},
      {"right_size_wrong_bytes", b + bad, size(b)},
      {"two_bad_ones", b + bad + bad, size(b)},
      {"text_behind", a + "{\"a\":1}\n", size(a)},
      {"only_zeros", zeros, "0"},
      {"first_is_torn", a.substr(0, a.size() - 3), "0"},
      {"half_a_magic", a.substr(0, 2), "0"},
      {"only_a_bad_one", bad, "0"},
      {"skippable", a + skipped, size(a + skipped)},
      {"bad_before_a_sound_one", b + bad + c, size(b) + " damaged"},
      {"zeros_before_a_sound_one", b + zeros + c, size(b) + " damaged"},
      {"sound_one_behind_a_bad_beginning", bad + b, "0 damaged"},
      {"lines", "{\"a\":1}\n", "x holds no zstd frames: move it away"},
      {"one_foreign_byte", "x", "x holds no zstd frames: move it away"},
  };
  for (const auto& test : cases) EXPECT_EQ(Found(test.bytes), test.found) << test.name;
}

TEST(FindWholeFrames, FindsASoundFrameAcrossTheStepsOfItsSearch) {
  const std::string whole = Frame(LinesOf(0, 3));
  for (const int64_t gap : {65'530, 65'533, 65'534, 65'535, 65'536, 65'537, 65'540, 131'068}) {
    const std::string bytes = whole + std::string(static_cast<size_t>(gap), 'x') + whole;
    EXPECT_EQ(Found(bytes), std::to_string(whole.size()) + " damaged") << gap;
  }
}

TEST(FindWholeFrames, TakesNoFarEndForTorn) {
  const std::string path = FreshSinkDir("prefix") + "/x";
  const std::string whole = Frame(LinesOf(0, 3));
  SetContents(path, whole);
  const auto size = static_cast<int64_t>(whole.size()) + kTornBytesMax + 1;
  std::filesystem::resize_file(path, static_cast<uintmax_t>(size));  // A hole of zeros.
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto found = FindWholeFrames(fd.get(), size, path);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->is_damaged);
  EXPECT_EQ(FindWholeFrames(fd.get(), size + 1, path)->bytes, found->bytes);
}

TEST(FindWholeLines, LeavesACompressedFileAlone) {
  const std::string path = FreshSinkDir("prefix") + "/x";
  const std::string frame = Frame(LinesOf(0, 3)) + "\n";
  SetContents(path, frame);
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto found = FindWholeLines(fd.get(), static_cast<int64_t>(frame.size()), "x");
  EXPECT_EQ(found.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(found.status().message(), "x is compressed: move it away");
}

}  // namespace
}  // namespace tailrace
