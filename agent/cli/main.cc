// tailrace: a per-node log and metrics agent. The only place that reads the environment.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "agent/base/version.h"
#include "agent/cli/commands.h"

namespace tailrace {
namespace {

LoadEnvironment ProcessEnvironment() {
  LoadEnvironment environment;
  environment.variable = [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
  char host[256] = {};
  if (gethostname(host, sizeof(host) - 1) == 0) environment.host_name = host;
  return environment;
}

int Main(int argc, char** argv) {
  CLI::App app("tailrace tails container logs, parses them and ships them, losing nothing.");
  app.require_subcommand(1);
  std::string config_path;
  RunOptions run_options;
  CheckOptions check_options;

  CLI::App* run = app.add_subcommand("run", "Run the agent until SIGTERM.");
  run->add_option("-c,--config", config_path, "Config file, or folder of *.yaml")->required();
  run->add_flag("--once", run_options.once,
                "Read everything there is, wait until it is settled, print a summary, end.");
  run->add_flag("--no-state", run_options.no_state, "Use and write no checkpoints.");

  CLI::App* check = app.add_subcommand("check", "Say all that is wrong with a config.");
  check->add_option("-c,--config", config_path, "Config file, or folder of *.yaml")->required();
  check->add_flag("-v,--verbose", check_options.verbose,
                  "Also print how memory is split and what flows where.");
  check->add_flag("--strict", check_options.strict, "Fail on warnings as well.");

  std::string parser;
  CLI::App* parse = app.add_subcommand("parse", "Parse the lines of stdin, print their fields.");
  parse->add_option("--as", parser, "json, nginx_access, 'grok:%{WORD:w}', multiline:java, ...")
      ->required();

  ExplainOptions explain_options;
  CLI::App* explain = app.add_subcommand("explain", "Tell what becomes of the lines of stdin.");
  explain->add_option("-c,--config", config_path, "Config file, or folder of *.yaml")->required();
  explain->add_option("--source", explain_options.source, "The source that they come from.");
  explain->add_option("--labels", explain_options.labels, "Its stream: '{namespace=\"shop\"}'");
  explain->add_option("--file", explain_options.file, "FILE[:OFFSET] instead of stdin.");
  explain->add_flag("--json", explain_options.json, "An object a record.");

  TestOptions test_options;
  CLI::App* test = app.add_subcommand("test", "Run tests of pipelines and parsers.");
  test->add_option("PATH", test_options.paths, "Files of tests, or folders of them")->required();
  test->add_option("--run", test_options.run, "Only tests whose name matches this regex.");
  test->add_option("--junit", test_options.junit, "Write a report in JUnit's form.");

  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of the config.");
  CLI::App* version = app.add_subcommand("version", "Print the version.");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitFailures;
  }
  if (version->parsed()) {
    std::printf("tailrace %s\n", kVersion);
    return kExitOk;
  }
  if (schema->parsed()) return PrintSchema();
  const LoadEnvironment environment = ProcessEnvironment();
  if (check->parsed()) return CheckConfig(config_path, check_options, environment);
  if (parse->parsed()) return ParseLines(parser, environment);
  if (explain->parsed()) return ExplainLines(config_path, explain_options, environment);
  if (test->parsed()) return RunTests(test_options, environment);
  return RunAgent(config_path, run_options, environment);
}

}  // namespace
}  // namespace tailrace

int main(int argc, char** argv) { return tailrace::Main(argc, argv); }
