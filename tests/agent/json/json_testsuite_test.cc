// The cases of JSONTestSuite: y_ must be accepted, n_ refused, i_ either; what we would send on is
// valid JSON by an independent parser in every case.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "agent/json/json_escape.h"
#include "agent/json/safe_object.h"
#include "tests/agent/json/padded_text.h"
#include "tests/agent/json/reference_json.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;

// Tests run in the source directory.
fs::path SuiteRoot() {
  const char* corpora = std::getenv("TAILRACE_CORPORA");
  return fs::path(corpora != nullptr ? corpora : "../shared/corpora") / "json-testsuite";
}

std::vector<fs::path> CasesIn(const fs::path& folder) {
  std::vector<fs::path> cases;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The document that a record with this body becomes.
std::string Document(std::string_view body, WalkResult result, const JsonFields& fields) {
  const ReservedNames reserved;
  SafeObjectBuilder builder;
  std::string out = "{\"@timestamp\":0";
  if (result == WalkResult::kObject) {
    const SafeObject object = builder.Build(body, fields, reserved, EventUse::kKeep);
    if (!object.members.empty()) out += ",";
    out += object.members;
  } else {
    out += ",\"message\":\"";
    AppendEscaped(body, out);
    out += "\"";
  }
  return out + "}";
}

// Empty when the case passes, else what is wrong.
std::string Judge(const fs::path& path) {
  const PaddedText text(ReadAll(path));
  JsonWalker walker;
  JsonFields fields;
  const WalkResult result = walker.Walk(text.view(), fields);
  const bool accepted = result == WalkResult::kObject || result == WalkResult::kScalarOrArray;
  const char expected = path.filename().string().front();
  if (expected == 'y' && !accepted) return "refused";
  if (expected == 'n' && accepted && path.parent_path().filename() == "test_parsing") {
    return "accepted";
  }
  const std::string document = Document(text.view(), result, fields);
  if (!ReferenceParse(document).has_value()) return "became no JSON: " + document;
  if (document.find('\n') != std::string::npos) return "became two lines: " + document;
  return "";
}

TEST(JsonTestSuite, EveryCaseIsJudgedAndSentOnAsValidJson) {
  const fs::path root = SuiteRoot();
  if (!fs::exists(root)) GTEST_SKIP() << "no JSONTestSuite at " << root;
  size_t passed = 0;
  size_t total = 0;
  for (const char* folder : {"test_parsing", "test_transform"}) {
    if (!fs::exists(root / folder)) continue;
    for (const fs::path& path : CasesIn(root / folder)) {
      ++total;
      const std::string wrong = Judge(path);
      EXPECT_EQ(wrong, "") << path;
      passed += wrong.empty() ? 1 : 0;
    }
  }
  std::printf("json-testsuite %zu/%zu\n", passed, total);
  EXPECT_GT(total, 0u);
}

}  // namespace
}  // namespace tailrace
