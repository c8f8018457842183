// What is wrong in the section `sinks`, as it is shown.
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

struct Case {
  std::string yaml;
  std::string rendered;
};

const Case kCases[] = {
    {std::string("sinks:\n"
                 "  out: {type: stdout}\n"
                 "  dead_letters: {type: blackhole}\n") +
         kSources + kPipelines,
     "tailrace.yaml:3:3: error: \"dead_letters\" is what the agent's own counters call its dead "
     "letters; choose another name\n"
     "  dead_letters: {type: blackhole}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elastic}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:15: error: unknown type \"elastic\"; known: elasticsearch, kafka, file, "
     "stdout, blackhole\n"
     "  out: {type: elastic}\n"
     "              ^\n"},
    {std::string("sinks:\n"
                 "  out: []\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:8: error: sink \"out\": expected a map, got a list\n"
     "  out: []\n"
     "       ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: file}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:3: error: sink \"out\" needs \"path\"\n"
     "  out: {type: file}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: file, path: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:27: error: \"path\": expected an absolute path, such as /var/log/app.log\n"
     "  out: {type: file, path: x}\n"
     "                          ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: file, path: /x, compression: gzip}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:44: error: \"compression\": unknown value \"gzip\"; known: none, zstd\n"
     "  out: {type: file, path: /x, compression: gzip}\n"
     "                                           ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: file, path: /x, max_files: 0}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"max_files\": must be from 1 to 10000\n"
     "  out: {type: file, path: /x, max_files: 0}\n"
     "                                         ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: file, path: /x, max_size: 1B}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:41: error: \"max_size\": must be from 1KiB to 1TiB\n"
     "  out: {type: file, path: /x, max_size: 1B}\n"
     "                                        ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: file, path: /x}\n"
                 "  two: {type: file, path: /x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:3:3: error: writes the same file as sink \"out\": /x\n"
     "  two: {type: file, path: /x}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: file, path: /x, dead_letter: {path: /x}}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:3: error: writes the same file as its own dead letters: /x\n"
     "  out: {type: file, path: /x, dead_letter: {path: /x}}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: stdout}\n"
                 "  two: {type: stdout}\n") +
         kSources + kPipelines,
     "tailrace.yaml:3:3: error: a second sink of type stdout would mix its lines with the first\n"
     "  two: {type: stdout}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: stdout, path: /x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:23: error: unknown key \"path\" in sink \"out\"; known: type, batch_bytes, "
     "flush_interval, when_full, max_destinations, dead_letter\n"
     "  out: {type: stdout, path: /x}\n"
     "                      ^\n"},
};

TEST(SinkErrors, AreShownWithTheirPlace) {
  for (const Case& c : kCases) {
    const LoadedText loaded = LoadText(c.yaml);
    EXPECT_FALSE(loaded.config.has_value()) << c.yaml;
    EXPECT_EQ(loaded.diagnostics, c.rendered) << c.yaml;
  }
}

}  // namespace
}  // namespace tailrace
