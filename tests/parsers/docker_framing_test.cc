#include "parsers/docker_framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/parsers/framing_run.h"

namespace tailrace {
namespace {

using testing::ElementsAre;

constexpr char kTime[] = "2026-01-02T03:04:05.000000001Z";

FramerOptions DockerOptions(uint32_t max_line_bytes) {
  FramerOptions options;
  options.format = FileFormat::kDocker;
  options.max_line_bytes = max_line_bytes;
  return options;
}

// `log` is the inside of a JSON string.
std::string Entry(const std::string& log, const std::string& stream = "stdout",
                  const std::string& time = kTime) {
  return "{\"log\":\"" + log + "\",\"stream\":\"" + stream + "\",\"time\":\"" + time + "\"}\n";
}

TEST(DockerFraming, AnEntryIsARecord) {
  const struct {
    const char* log;
    const char* body;
  } kCases[] = {
      {"hello\\n", "hello"},
      {"hello\\r\\n", "hello"},
      {"\\n", ""},
      {"\\r\\n", ""},
      {"a\\r\\r\\n", "a\r"},
      {"tab\\tquote\\\"slash\\\\\\n", "tab\tquote\"slash\\"},
      {"back\\\\n\\n", "back\\n"},
      {"\\u003ca\\u003e \\u00e9 \\ud83d\\ude00\\n", "<a> \xC3\xA9 \xF0\x9F\x98\x80"},
      {"new\\u000a", "new"},
      {"new\\u000d\\u000a", "new"},
      {"in\\nside\\n", "in\nside"},
      {"\\u0000\\n", ""},
      {"r\xC3\xA9sum\xC3\xA9\\n", "r\xC3\xA9sum\xC3\xA9"},
      {"lone \\ud83d.\\n", "lone \xEF\xBF\xBD."},
  };
  for (const auto& c : kCases) {
    std::string body = c.body;
    if (std::string_view(c.log) == "\\u0000\\n") body.assign(1, '\0');
    const std::string input = Entry(c.log);
    EXPECT_THAT(FrameWhole(DockerOptions(100), input),
                ElementsAre(FramedRecord{1, 0, static_cast<uint32_t>(input.size()), kFlagStdout,
                                         kTime, body}))
        << c.log;
  }
}

TEST(DockerFraming, SplitEntriesAreJoinedForEachStream) {
  const std::string input = Entry("a") + Entry("1", "stderr") + Entry("\\u0062") +
                            Entry("2\\n", "stderr") + Entry("c\\n") + Entry("alone\\n");
  const auto records = FrameWhole(DockerOptions(100), input);
  EXPECT_THAT(Bodies(records), ElementsAre("12", "abc", "alone"));
  EXPECT_EQ(records[0].flags, kFlagStderr);
  EXPECT_EQ(records[1].offset, 0);
  EXPECT_EQ(records[1].covered, 3 * Entry("a").size() + 2 + 5);
}

TEST(DockerFraming, AReturnBeforeTheNewlineIsRemovedWhereverItIsSplit) {
  EXPECT_THAT(Bodies(FrameWhole(DockerOptions(100), Entry("a\\r") + Entry("\\n"))),
              ElementsAre("a"));
  EXPECT_THAT(Bodies(FrameWhole(DockerOptions(100), Entry("a\\r") + Entry("\\r\\n"))),
              ElementsAre("a\r"));
}

TEST(DockerFraming, KeysComeInAnyOrderAndOthersAreIgnored) {
  const char* const kCases[] = {
      R"({"time":"2026-01-02T03:04:05.000000001Z","stream":"stderr","log":"x\n"})",
      R"( { "log" : "x\n" , "stream" : "stderr" , "time" : "2026-01-02T03:04:05.000000001Z" } )",
      R"({"log":"x\n","stream":"stderr","attrs":{"a":{"b":[1,-2.5e3,null,{},[]]},"c":"]}"},)"
      R"("time":"2026-01-02T03:04:05.000000001Z"})",
      R"({"log":"old\n","log":"x\n","stream":"stderr","time":"2026-01-02T03:04:05.000000001Z"})",
      R"({"l\u006fg":"x\n","stream":"stderr","time":"2026-01-02T05:04:05.000000001+02:00"})",
      R"({"log":"x\n","stream":"stderr","time":"2026-01-02T03:04:05.000000001Z","n":true})",
  };
  for (const char* line : kCases) {
    const std::string input = std::string(line) + "\n";
    EXPECT_THAT(FrameWhole(DockerOptions(100), input),
                ElementsAre(FramedRecord{1, 0, static_cast<uint32_t>(input.size()), kFlagStderr,
                                         kTime, "x"}))
        << line;
  }
}

TEST(DockerFraming, WhatIsNoEntryIsARecordAsItStands) {
  const std::string kCases[] = {
      "",
      "plain",
      "[]",
      "{}",
      "{",
      R"({"log":"x\n")",
      R"({"log":"x\n"}})",
      R"({"log":"x\n"} x)",
      R"({"log":"x\n",})",
      R"({"log":"x\n" "stream":"stdout"})",
      R"({"log":1})",
      R"({"log":null})",
      R"({"stream":"stdout"})",
      R"({"log":"x\n","stream":1})",
      R"({"log":"x\n","time":5})",
      R"({"log":"x\q"})",
      R"({"log":"x\u12"})",
      "{\"log\":\"x\ty\"}",
      R"({log:"x"})",
      R"({"log":'x'})",
      R"({"log":"x\n","a":01})",
      R"({"log":"x\n","a":tru})",
      R"({"log":"x\n","a":[1,]})",
      R"({"log":"x\n","a":[1})",
      R"({"log":"x\n","a":{"b"}})",
      R"({"log":"x\n","a":{"b":1,}})",
      R"({"log":"x\n","a":{1:1}})",
      R"({"log":"x\n","a":})",
      R"({"log":"x\n","a":)" + std::string(65, '[') + std::string(65, ']') + "}",
      R"({"log":"x\n","a":)" + std::string(100'000, '['),
  };
  for (const std::string& line : kCases) {
    const auto records = FrameWhole(DockerOptions(1 << 20), line + "\n");
    ASSERT_EQ(records.size(), 1u) << line;
    EXPECT_EQ(records[0].body, line);
    EXPECT_EQ(records[0].flags, kFlagMalformed) << line;
  }
}

TEST(DockerFraming, DeepValuesAreSkipped) {
  const std::string line =
      R"({"log":"x\n","a":)" + std::string(64, '[') + std::string(64, ']') + "}\n";
  EXPECT_THAT(Bodies(FrameWhole(DockerOptions(100), line)), ElementsAre("x"));
}

TEST(DockerFraming, AnInvalidTimeIsFlaggedAndAMissingOneIsNot) {
  const auto invalid = FrameWhole(DockerOptions(100), Entry("x\\n", "stdout", "yesterday"));
  ASSERT_EQ(invalid.size(), 1u);
  EXPECT_EQ(invalid[0].time, "");
  EXPECT_EQ(invalid[0].body, "x");
  EXPECT_EQ(invalid[0].flags, kFlagStdout | kFlagMalformed);
  const auto missing = FrameWhole(DockerOptions(100), "{\"log\":\"x\\n\"}\n");
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].time, "");
  EXPECT_EQ(missing[0].flags, 0);
}

TEST(DockerFraming, ALogThatIsTooLongIsCut) {
  const std::string kLogs[][2] = {
      {"123456789\\n", "12345678"},   {"1234567\\u00e9x\\n", "1234567"},
      {"1234\\t678\\n", "1234\t678"}, {"1234\\t6789\\n", "1234\t678"},
      {"12345678\\r\\n", "12345678"},
  };
  for (const auto& log : kLogs) {
    FramingRun run(DockerOptions(8));
    run.Open(1, 0);
    run.Feed(1, Entry(log[0]) + Entry("next\\n"));
    EXPECT_THAT(Bodies(run.records()), ElementsAre(log[1], "next")) << log[0];
    EXPECT_EQ(run.accounted_bytes(), run.framed_bytes());
  }
  FramingRun joined(DockerOptions(8));
  joined.Open(1, 0);
  joined.Feed(1, Entry("1234") + Entry("56789") + Entry("x") + Entry("y\\n") + Entry("z\\n"));
  EXPECT_THAT(Bodies(joined.records()), ElementsAre("12345678", "z"));
  EXPECT_EQ(joined.records()[0].flags, kFlagStdout | kFlagCut);
  EXPECT_EQ(joined.accounted_bytes(), joined.framed_bytes());
}

TEST(DockerFraming, AnEntryLongerThanAnyOfDockersIsCutAsText) {
  FramingRun run(DockerOptions(1000));
  run.Open(1, 0);
  run.Feed(1, Entry(std::string(200'000, 'x') + "\\n") + Entry("next\\n"));
  ASSERT_EQ(run.records().size(), 2u);
  EXPECT_EQ(run.records()[0].body, ("{\"log\":\"" + std::string(992, 'x')));
  EXPECT_EQ(run.records()[0].flags, kFlagMalformed | kFlagCut);
  EXPECT_EQ(run.records()[1].body, "next");
  EXPECT_EQ(run.accounted_bytes(), run.framed_bytes());
}

}  // namespace
}  // namespace tailrace
