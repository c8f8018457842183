// What is wrong in the section `sources`, as it is shown.
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
    {std::string("sources:\n"
                 "  s: file\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:6: error: source \"s\": expected a map, got a value\n"
     "  s: file\n"
     "     ^\n"},
    {std::string("sources:\n"
                 "  s: {include: /a}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:3: error: source \"s\" needs \"type\"\n"
     "  s: {include: /a}\n"
     "  ^\n"},
    {std::string("sources:\n"
                 "  s: {type: prometheus}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:13: error: the type \"prometheus\" is not supported in this version\n"
     "  s: {type: prometheus}\n"
     "            ^\n"},
    {std::string("sources:\n"
                 "  s: {type: [file]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:13: error: \"type\": expected a type, got a list\n"
     "  s: {type: [file]}\n"
     "            ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:3: error: source \"s\" needs \"include\"\n"
     "  s: {type: file}\n"
     "  ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: []}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:28: error: \"include\" is an empty list\n"
     "  s: {type: file, include: []}\n"
     "                           ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, includ: /a}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:19: error: unknown key \"includ\" in source \"s\"; did you mean "
     "\"include\"?\n"
     "  s: {type: file, includ: /a}\n"
     "                  ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: [a/b, /c]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:29: error: \"include\": pattern \"a/b\" is not absolute\n"
     "  s: {type: file, include: [a/b, /c]}\n"
     "                            ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: [/a, {b: c}]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:33: error: \"include\": expected a list of values, got a map\n"
     "  s: {type: file, include: [/a, {b: c}]}\n"
     "                                ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: [/a, \"\"]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:33: error: \"include\": an empty value\n"
     "  s: {type: file, include: [/a, \"\"]}\n"
     "                                ^\n"},
    {std::string("sources:\n"
                 "  a b: {type: kubernetes_logs}\n"
                 "pipelines: {all: {from: [\"a b\"], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:3: error: the name of a source is made of up to 64 letters, digits, \"_\", "
     "\"-\" and \".\", and begins with one of the first three\n"
     "  a b: {type: kubernetes_logs}\n"
     "  ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, root: /x}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:32: error: unknown key \"root\" in source \"s\"; known: type, include, "
     "exclude, format, labels, ignore_older, encoding, start_at, max_line, max_held_deleted, "
     "flush_partial, poll_interval, allow_targets\n"
     "  s: {type: file, include: /a, root: /x}\n"
     "                               ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, format: json}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:40: error: \"format\": unknown value \"json\"; known: raw, cri, docker\n"
     "  s: {type: file, include: /a, format: json}\n"
     "                                       ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, encoding: klingon}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:42: error: \"encoding\": encoding \"klingon\": is not among those that "
     "`iconv -l` lists\n"
     "  s: {type: file, include: /a, encoding: klingon}\n"
     "                                         ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, encoding: utf-16}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:42: error: \"encoding\": encoding \"utf-16\": leaves the byte order to the "
     "file; name it, as in utf-16le\n"
     "  s: {type: file, include: /a, encoding: utf-16}\n"
     "                                         ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, format: cri, encoding: latin1}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:55: error: \"encoding\": container logs are always utf-8; only files of "
     "format raw have another\n"
     "  s: {type: file, include: /a, format: cri, encoding: latin1}\n"
     "                                                      ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, max_line: 9MiB}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:42: error: \"max_line\": must be from 16B to 8MiB\n"
     "  s: {type: file, include: /a, max_line: 9MiB}\n"
     "                                         ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, max_line: 1m}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:42: error: \"max_line\": unknown unit \"m\" in a size; known: B, KiB, MiB, "
     "GiB, TiB, KB, MB, GB, TB\n"
     "  s: {type: file, include: /a, max_line: 1m}\n"
     "                                         ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, max_line: 1}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:42: error: \"max_line\": a size needs a unit, such as 64KiB or 10MiB\n"
     "  s: {type: file, include: /a, max_line: 1}\n"
     "                                         ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, labels: [a]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:40: error: \"labels\": expected a map, got a list\n"
     "  s: {type: file, include: /a, labels: [a]}\n"
     "                                       ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, labels: {a-b: c}}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:41: error: the name of a label is made of letters, digits and \"_\", and "
     "does not begin with a digit\n"
     "  s: {type: file, include: /a, labels: {a-b: c}}\n"
     "                                        ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, labels: {node: c}}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:41: error: the label \"node\" is set by the agent\n"
     "  s: {type: file, include: /a, labels: {node: c}}\n"
     "                                        ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, labels: {a: [c]}}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:44: error: expected the value of a label, got a list\n"
     "  s: {type: file, include: /a, labels: {a: [c]}}\n"
     "                                           ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, labels: {a: \"") +
         std::string(1025, 'x') +
         "\"}}\n"
         "pipelines: {all: {from: [s], to: [out]}}\n" +
         kSinks,
     std::string("tailrace.yaml:2:44: error: the value of a label is longer than 1024 bytes\n"
                 "  s: {type: file, include: /a, labels: {a: \"") +
         std::string(156, 'x') +
         "...\n"
         "                                           ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, start_at: begining}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:42: error: \"start_at\": expected beginning, end or a duration of at least "
     "1s, such as 1h\n"
     "  s: {type: file, include: /a, start_at: begining}\n"
     "                                         ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, start_at: 10ms}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:42: error: \"start_at\": expected beginning, end or a duration of at least "
     "1s, such as 1h\n"
     "  s: {type: file, include: /a, start_at: 10ms}\n"
     "                                         ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, ignore_older: 1}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:46: error: \"ignore_older\": a duration needs a unit, such as 250ms, 30s or "
     "1h30m\n"
     "  s: {type: file, include: /a, ignore_older: 1}\n"
     "                                             ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, flush_partial: 0s}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:47: error: \"flush_partial\": must be from 10ms to 1d\n"
     "  s: {type: file, include: /a, flush_partial: 0s}\n"
     "                                              ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, poll_interval: 1ms}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:47: error: \"poll_interval\": must be from 10ms to 1h\n"
     "  s: {type: file, include: /a, poll_interval: 1ms}\n"
     "                                              ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, allow_targets: [x]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:48: error: \"allow_targets\": expected an absolute path, such as "
     "/var/log/app.log\n"
     "  s: {type: file, include: /a, allow_targets: [x]}\n"
     "                                               ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, exclude: rel/x}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:41: error: \"exclude\": pattern \"rel/x\" is not absolute\n"
     "  s: {type: file, include: /a, exclude: rel/x}\n"
     "                                        ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: [\"/a/{b\"]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:30: error: \"include\": pattern \"/a/{b\" has a { that is not closed\n"
     "  s: {type: file, include: [\"/a/{b\"]}\n"
     "                             ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: [/a/../b]}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:29: error: \"include\": pattern \"/a/../b\" holds . or ..\n"
     "  s: {type: file, include: [/a/../b]}\n"
     "                            ^\n"},
    {std::string("sources:\n"
                 "  s: {type: file, include: /a, include_self: true}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:32: error: unknown key \"include_self\" in source \"s\"; known: type, "
     "include, exclude, format, labels, ignore_older, encoding, start_at, max_line, "
     "max_held_deleted, flush_partial, poll_interval, allow_targets\n"
     "  s: {type: file, include: /a, include_self: true}\n"
     "                               ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, include_self: yes}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:44: error: \"include_self\": expected true or false\n"
     "  s: {type: kubernetes_logs, include_self: yes}\n"
     "                                           ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, root: var}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:36: error: \"root\": expected an absolute path, such as /var/log/app.log\n"
     "  s: {type: kubernetes_logs, root: var}\n"
     "                                   ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, select: {namespace=\"shop\"}}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:38: error: \"select\": expected a selector in quotes, such as "
     "'{namespace=\"shop\"}', got a map\n"
     "  s: {type: kubernetes_logs, select: {namespace=\"shop\"}}\n"
     "                                     ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, select: 'namespace=\"shop\"'}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:39: error: \"select\": expected \"{\": a selector looks like "
     "{namespace=\"shop\"}\n"
     "  s: {type: kubernetes_logs, select: 'namespace=\"shop\"'}\n"
     "                                      ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, select: '{namespace=\"shop\", pod=~\"a(b\"}'}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:63: error: \"select\": bad regular expression: missing ): a(b at byte 0\n"
     "  s: {type: kubernetes_logs, select: '{namespace=\"shop\", pod=~\"a(b\"}'}\n"
     "                                                              ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, select: '{namespace==\"shop\"}'}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:49: error: \"select\": expected \"=\" (one equals sign)\n"
     "  s: {type: kubernetes_logs, select: '{namespace==\"shop\"}'}\n"
     "                                                ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, select: \"{namespace='shop'}\"}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:50: error: \"select\": expected a string in double quotes or backticks\n"
     "  s: {type: kubernetes_logs, select: \"{namespace='shop'}\"}\n"
     "                                                 ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, select: '{namespace=\"${NS}\"}'}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:50: error: \"select\": the environment variable \"NS\" is not set; a default "
     "is written ${NS:-default}\n"
     "  s: {type: kubernetes_logs, select: '{namespace=\"${NS}\"}'}\n"
     "                                                 ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, max_line: 8MiB, max_held_deleted: -1B}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:64: error: \"max_held_deleted\": expected a size such as 64KiB or 10MiB\n"
     "  s: {type: kubernetes_logs, max_line: 8MiB, max_held_deleted: -1B}\n"
     "                                                               ^\n"},
    {std::string("sources:\n"
                 "  s: {type: kubernetes_logs, max_line:}\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:2:30: error: \"max_line\" has no value\n"
     "  s: {type: kubernetes_logs, max_line:}\n"
     "                             ^\n"},
    {std::string("agent: {memory_limit: 16MiB}\n"
                 "sources:\n"
                 "  s:\n"
                 "    type: kubernetes_logs\n"
                 "    max_line: 2MiB\n"
                 "pipelines: {all: {from: [s], to: [out]}}\n") +
         kSinks,
     "tailrace.yaml:3:3: error: a line of max_line (2MiB, 12MiB when every byte is escaped) does "
     "not fit a sink's share of memory_limit (11.20MiB) or the share for pieces of lines "
     "(1.60MiB); it needs a memory_limit of 20MiB\n"
     "  s:\n"
     "  ^\n"},
};

TEST(SourceErrors, AreShownWithTheirPlace) {
  for (const Case& c : kCases) {
    const LoadedText loaded = LoadText(c.yaml);
    EXPECT_FALSE(loaded.config.has_value()) << c.yaml;
    EXPECT_EQ(loaded.diagnostics, c.rendered) << c.yaml;
  }
}

}  // namespace
}  // namespace tailrace
