// Logs of other projects, through the framer: those of Fluent Bit's tail tests against what they
// expect, lnav's odd ones for their bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/json/utf8.h"
#include "tests/parsers/framing_run.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;

// Tests run in the source directory.
fs::path Corpora() {
  const char* corpora = std::getenv("TAILRACE_CORPORA");
  return corpora != nullptr ? corpora : "../shared/corpora";
}

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct Case {
  std::string name;  // log/NAME.log, out/NAME.out.
  FileFormat format = FileFormat::kRaw;
  std::string encoding;
  // Expected behind what the .out file has, if there is one: some end a line early.
  std::vector<std::string> more;
};

// What an .out file expects: one {"log":...} a line. Fluent Bit leaves docker's
// newlines at the ends of logs.
std::vector<std::string> ExpectedBodies(const std::string& out) {
  std::vector<std::string> bodies;
  size_t begin = 0;
  while (begin < out.size()) {
    const size_t end = std::min(out.find('\n', begin), out.size());
    std::string body = nlohmann::json::parse(out.substr(begin, end - begin))["log"];
    if (body.ends_with('\n')) body.pop_back();
    bodies.push_back(std::move(body));
    begin = end + 1;
  }
  return bodies;
}

const std::vector<Case>& FluentBitCases() {
  static const std::vector<Case> kCases = {
      {"3943", FileFormat::kRaw, "", {}},
      {"dockermode", FileFormat::kDocker, "", {}},
      {"dockermode_splitted_line", FileFormat::kDocker, "", {}},
      {"generic_enc_gb18030", FileFormat::kRaw, "GB18030", {"龍"}},
      {"generic_enc_sjis", FileFormat::kRaw, "SJIS", {"花"}},
      {"generic_enc_win1251", FileFormat::kRaw, "WINDOWS-1251", {"Беларуская мова"}},
      {"generic_enc_win1255", FileFormat::kRaw, "WINDOWS-1255", {}},
      {"generic_enc_uhc",
       FileFormat::kRaw,
       "UHC",
       {"안녕하세요", "감사합니다", "안녕히 가세요", "한국", "고양이", "개", "먹다", "마시다",
        "하늘", "바다", "달", "꽃"}},
      {"generic_enc_win874",
       FileFormat::kRaw,
       "CP874",
       {"สวัสดี", "ขอบคุณ", "ลาก่อน", "ภาษาไทย", "แมว", "สุนัข", "กิน", "ดื่ม"}},
      {"unicode_c",
       FileFormat::kRaw,
       "utf-16le",
       {"用汉字在 Fluent Bit 中处理日志，就像是一个梦一样😀"}},
      {"unicode_be_c",
       FileFormat::kRaw,
       "utf-16be",
       {"在 Fluent Bit 中处理汉字，感觉像是在做梦😀。"}},
      {"unicode_subdivision_flags_be",
       FileFormat::kRaw,
       "utf-16be",
       {"\U0001F3F4\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F"
        "\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"
        "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"}},
  };
  return kCases;
}

// Empty when the case passes, else what is wrong.
std::string Judge(const fs::path& root, const Case& c) {
  const std::string input = ReadAll(root / "log" / (c.name + ".log"));
  FramerOptions options;
  options.format = c.format;
  options.encoding = c.encoding;
  const std::vector<FramedRecord> records = FrameWhole(options, input);
  std::vector<std::string> expected = ExpectedBodies(ReadAll(root / "out" / (c.name + ".out")));
  expected.insert(expected.end(), c.more.begin(), c.more.end());
  const std::vector<std::string> bodies = Bodies(records);
  if (bodies != expected) return "got " + testing::PrintToString(bodies);
  for (const FramedRecord& record : records) {
    if ((record.flags & kFlagMalformed) != 0) return "malformed";
  }
  std::vector<size_t> bytes;
  for (size_t at = 1; at < input.size(); ++at) bytes.push_back(at);
  return FrameInSegments(options, input, bytes, true) == records ? "" : "depends on the reads";
}

TEST(FramingCorpora, FluentBitTail) {
  const fs::path root = Corpora() / "fluentbit-tail";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not there";
  size_t passed = 0;
  for (const Case& c : FluentBitCases()) {
    const std::string wrong = Judge(root, c);
    EXPECT_EQ(wrong, "") << c.name;
    passed += wrong.empty() ? 1 : 0;
  }
  std::printf("fluentbit-tail %zu/%zu\n", passed, FluentBitCases().size());
  std::printf(
      "  not framing: dockermode_multiple_lines and multiline_001 join lines by pattern, "
      "which is a later stage; skip_long_lines has no log\n");
}

// Every byte of `input` is in one record or was counted.
void ExpectAccounted(const std::string& input, FileFormat format) {
  FramerOptions options;
  options.format = format;
  FramingRun run(options);
  run.Open(1, 0);
  run.Feed(1, input);
  run.Flush(1);
  EXPECT_EQ(run.accounted_bytes(), static_cast<int64_t>(input.size()));
  if (format != FileFormat::kRaw) return;
  std::string again;
  for (const FramedRecord& record : run.records()) {
    EXPECT_EQ(record.offset - static_cast<int64_t>(run.framer(1).skips().bom_bytes),
              static_cast<int64_t>(again.size()));
    again += record.body;
    again.append(input, static_cast<size_t>(record.offset) + record.body.size(),
                 record.covered - record.body.size());
  }
  EXPECT_EQ(again, input.substr(run.framer(1).skips().bom_bytes));
}

TEST(FramingCorpora, LnavLogsAreAccountedForToTheByte) {
  const fs::path root = Corpora() / "lnav" / "logs";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not there";
  size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    const std::string input = ReadAll(entry.path());
    for (const FileFormat format : {FileFormat::kRaw, FileFormat::kCri, FileFormat::kDocker}) {
      ExpectAccounted(input, format);
    }
    ++files;
  }
  EXPECT_GT(files, 0u);
  std::printf("lnav %zu/%zu\n", files, files);
}

}  // namespace
}  // namespace tailrace
