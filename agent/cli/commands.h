// The subcommands of `tailrace`. Each returns the exit code of the process.
//
//   0   done                        75  the state directory is in use
//   1   failures (--once: not       78  the config has errors
//       balanced, or rejections;
//       check --strict: warnings;
//       parse: lines refused;
//       test: tests that failed)
//
// Threads    Called by main's thread, once.
#pragma once

#include <string>
#include <vector>

#include "agent/cli/topology.h"
#include "agent/config/expansion.h"

namespace tailrace {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailures = 1;
inline constexpr int kExitStateInUse = 75;  // EX_TEMPFAIL of sysexits.h.
inline constexpr int kExitConfig = 78;      // EX_CONFIG.

// Runs the agent until SIGTERM or SIGINT, or, with `once`, until everything is read and settled.
int RunAgent(const std::string& config_path, const RunOptions& options,
             const LoadEnvironment& environment);

struct CheckOptions {
  bool verbose = false;
  bool strict = false;  // Warnings make it fail.
};

// Says all that is wrong with the config, on stderr. Opens no connection, leaves the state
// directory alone.
int CheckConfig(const std::string& config_path, const CheckOptions& options,
                const LoadEnvironment& environment);

// Parses the lines of stdin by `parser`, a parser's name or one in its short form
// (`grok:%{WORD:w}`), and prints a JSON object for each: its fields, or its text with
// `parse_error`.
int ParseLines(const std::string& parser, const LoadEnvironment& environment);

// Prints the JSON Schema of the config, which is conf/schema.json.
int PrintSchema();

struct ExplainOptions {
  std::string source;  // Empty: the only one.
  std::string labels;  // Of the stream, see ParseStreamLabels.
  std::string file;    // FILE or FILE:OFFSET; empty: stdin.
  bool json = false;
};

// Tells for each line what every stage does to it, and what becomes of it.
int ExplainLines(const std::string& config_path, const ExplainOptions& options,
                 const LoadEnvironment& environment);

struct TestOptions {
  std::vector<std::string> paths;  // Files, or folders with files.
  std::string run;                 // A regular expression that the names of tests must hold.
  std::string junit;               // Where to write a report in JUnit's form.
};

// Plays tests of pipelines and parsers (test_file.h), prints what differs, and at last
// `N passed, N failed`.
int RunTests(const TestOptions& options, const LoadEnvironment& environment);

}  // namespace tailrace
