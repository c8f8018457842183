// A pattern up to the first newline, and a line behind it: whatever compiles as a regular
// expression or grok pattern matches the same by its scanner as by RE2, and captures lie within the
// line; LogQL's patterns stay within it as well.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/check.h"
#include "parsers/patterns/literal_pattern.h"
#include "parsers/patterns/pattern_library.h"

namespace tailrace {
namespace {

constexpr size_t kPatternMax = 300;
constexpr size_t kLineMax = 2000;

const PatternLibrary& Library() {
  static const PatternLibrary library = PatternLibrary::BuiltIn(GrokNames::kEcs);
  return library;
}

void CheckWithin(std::string_view line, const std::vector<std::string_view>& values) {
  for (const std::string_view value : values) {
    if (value.data() == nullptr || line.empty()) continue;
    CHECK(value.data() >= line.data());
    CHECK(value.data() + value.size() <= line.data() + line.size());
  }
}

void CheckEngines(const absl::StatusOr<LinePattern>& pattern, std::string_view line) {
  if (!pattern.ok() || pattern->engine() != PatternEngine::kScanner) return;
  const LinePattern re2 = pattern->OnRe2();
  std::vector<std::string_view> scanned(pattern->captures().size()), expected(scanned.size());
  const bool matched = pattern->Match(line, scanned);
  CHECK(matched == re2.Match(line, expected));
  if (!matched) return;
  CheckWithin(line, scanned);
  for (size_t i = 0; i < scanned.size(); ++i) {
    CHECK(scanned[i] == expected[i] &&
          (scanned[i].data() == nullptr) == (expected[i].data() == nullptr));
  }
}

void CheckLiteral(std::string_view pattern, std::string_view line) {
  const absl::StatusOr<LiteralPattern> compiled = LiteralPattern::Compile(pattern);
  if (!compiled.ok()) return;
  std::vector<std::string_view> values(compiled->names().size());
  if (compiled->Match(line, values)) CheckWithin(line, values);
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tailrace;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find('\n');
  if (end == std::string_view::npos || end > kPatternMax || size - end > kLineMax) return 0;
  const std::string_view pattern = input.substr(0, end), line = input.substr(end + 1);
  CheckEngines(Library().Compile(pattern), line);
  CheckEngines(LinePattern::Compile(pattern), line);
  CheckLiteral(pattern, line);
  return 0;
}
