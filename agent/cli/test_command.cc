#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/cli/commands.h"
#include "agent/cli/test_runner.h"
#include "agent/pattern/regex.h"

namespace tailrace {
namespace {

struct TestResult {
  std::string file;
  std::string name;
  std::string failure;  // Empty: it passed.
  double seconds = 0;
};

std::string XmlText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 has no other control characters.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string JunitOf(const std::vector<TestResult>& results) {
  size_t failures = 0;
  std::string cases;
  for (const TestResult& result : results) {
    char seconds[32];
    std::snprintf(seconds, sizeof(seconds), "%.6f", result.seconds);
    cases += Concat({"  <testcase classname=\"", XmlText(result.file), "\" name=\"",
                     XmlText(result.name), "\" time=\"", seconds, "\""});
    if (result.failure.empty()) {
      cases += "/>\n";
      continue;
    }
    ++failures;
    cases += Concat(
        {"><failure message=\"differs\">", XmlText(result.failure), "</failure></testcase>\n"});
  }
  return Concat(
      {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"tailrace\" tests=\"",
       std::to_string(results.size()), "\" failures=\"", std::to_string(failures), "\">\n", cases,
       "</testsuite>\n"});
}

// Loads and plays files, and keeps what came of it.
class TestSession {
 public:
  TestSession(const LoadEnvironment& environment, std::optional<Regex> filter)
      : context_{environment, diagnostics_}, filter_(std::move(filter)) {}

  void RunFile(const std::string& path) {
    const std::optional<TestFile> file = LoadTestFile(context_, path);
    if (!file) return;
    const std::unique_ptr<TestRunner> runner = TestRunner::Open(context_, *file);
    if (runner == nullptr) return;
    for (const PipelineTest& test : file->tests) RunTest(path, *runner, test);
  }

  LoadContext& context() { return context_; }
  const Diagnostics& diagnostics() const { return diagnostics_; }
  const std::vector<TestResult>& results() const { return results_; }

 private:
  void RunTest(const std::string& path, TestRunner& runner, const PipelineTest& test) {
    if (filter_ && !filter_->PartialMatch(test.name)) return;
    const auto begin = std::chrono::steady_clock::now();
    TestResult& result = results_.emplace_back();
    result = {path, test.name, runner.Run(test), 0};
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (result.failure.empty()) return;
    std::printf("FAIL %s: %s\n%s", path.c_str(), test.name.c_str(), result.failure.c_str());
  }

  Diagnostics diagnostics_;
  LoadContext context_;
  const std::optional<Regex> filter_;
  std::vector<TestResult> results_;
};

}  // namespace

int RunTests(const TestOptions& options, const LoadEnvironment& environment) {
  std::optional<Regex> filter;
  if (!options.run.empty()) {
    absl::StatusOr<Regex> compiled = Regex::Compile(options.run);
    if (!compiled.ok()) {
      std::fprintf(stderr, "--run: %s\n",
                   std::string(FromAbsl(compiled.status().message())).c_str());
      return kExitConfig;
    }
    filter = *std::move(compiled);
  }
  TestSession session(environment, std::move(filter));
  for (const std::string& path : options.paths) {
    for (const std::string& file : FindTestFiles(session.context(), path)) session.RunFile(file);
  }
  std::fputs(session.diagnostics().Render().c_str(), stderr);
  size_t failed = 0;
  for (const TestResult& result : session.results()) failed += result.failure.empty() ? 0 : 1;
  if (!options.junit.empty()) {
    std::ofstream junit(options.junit, std::ios::binary);
    junit << JunitOf(session.results());
    if (!junit.flush()) {
      std::fprintf(stderr, "--junit: cannot write %s\n", options.junit.c_str());
      return kExitFailures;
    }
  }
  std::printf("%zu passed, %zu failed\n", session.results().size() - failed, failed);
  if (session.diagnostics().errors() > 0) return kExitConfig;
  return failed > 0 ? kExitFailures : kExitOk;
}

}  // namespace tailrace
