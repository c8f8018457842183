// The files of `tailrace test`:
//
//   config: ../tailrace.yaml          # or  parser: nginx_access
//   tests:
//     - name: health checks are dropped
//       source: pods
//       labels: {namespace: shop}
//       format: raw                    # or cri, docker; without: as the lines look
//       lines: ['{"path":"/healthz"}', '{"path":"/x"}']
//       expect: {es: [{path: /x}]}     # of `parser`: a list of fields, one entry an event
//       exact: false
//       counts: {es: 1}
//       dropped_by: {healthz: 1}
//
// Threads    Any.
// Bounds     4 MiB a file, 10,000 tests.
// Failure    What is wrong is added to the diagnostics, with its place.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/config/map_reader.h"
#include "agent/event/stream.h"

namespace tailrace {

struct PipelineTest {
  std::string name;
  std::string source;
  std::map<std::string, std::string, std::less<>> labels;
  std::optional<FileFormat> format;
  std::vector<std::string> lines;
  // By sink, as JSON; of a parser's test by "".
  std::vector<std::pair<std::string, std::vector<std::string>>> expect;
  bool exact = false;
  std::vector<std::pair<std::string, uint64_t>> counts;      // By sink.
  std::vector<std::pair<std::string, uint64_t>> dropped_by;  // By stage.
};

struct TestFile {
  std::string path;
  std::string config;  // Seen from where the command runs; empty for a parser's tests.
  std::string parser;
  std::vector<PipelineTest> tests;
};

// nullopt after an error.
std::optional<TestFile> LoadTestFile(LoadContext& context, const std::string& path);

// `path` itself, or every *.yaml and *.yml below it in order; an error when there is none.
std::vector<std::string> FindTestFiles(LoadContext& context, const std::string& path);

}  // namespace tailrace
