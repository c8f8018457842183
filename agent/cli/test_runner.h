// A TestRunner plays the tests of one file: by a Rehearsal of the config's pipelines, or by a
// parser alone.
//
// Threads    Not thread-safe.
// Failure    Open adds what is wrong with the config or the parser to the diagnostics. A test that
//            names a source or a sink that is not there fails.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/base/metrics.h"
#include "agent/cli/test_file.h"
#include "agent/config/config.h"
#include "agent/config/inline_parser.h"
#include "agent/pipeline/plan.h"

namespace tailrace {

class TestRunner {
 public:
  // nullptr after an error. The diagnostics have the config's warnings as well.
  static std::unique_ptr<TestRunner> Open(LoadContext& context, const TestFile& file);

  // What is not as the test expects it, a line or three each; "" when it passes.
  std::string Run(const PipelineTest& test);

 private:
  TestRunner() = default;
  std::string RunPipelines(const PipelineTest& test);
  std::string RunParser(const PipelineTest& test) const;

  std::optional<Config> config_;
  MetricRegistry registry_;
  InlineParser parser_;
};

}  // namespace tailrace
