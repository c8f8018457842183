// Any bytes as text, and as JSON where they are: what is redacted stays JSON with the same names,
// a second run finds nothing, and the prefilter misses nothing.
//
//   input := action keep_last name_length name text
//
// each of the first three is one byte.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/check.h"
#include "agent/event/byte_arena.h"
#include "agent/json/json_walker.h"
#include "agent/redact/clue_kernels.h"
#include "agent/redact/detect.h"
#include "agent/redact/prefilter.h"
#include "agent/redact/redactor.h"

namespace tailrace {
namespace {

struct Input {
  RedactAction action = RedactAction::kMask;
  uint32_t keep_last = 0;
  std::string_view name;
  std::string_view text;
};

Redactor MakeRedactor(const Input& input) {
  RedactOptions options;
  options.detectors = DetectorSet::All();
  options.patterns = {{"angle", "<[a-z]*>"}, {"group", "id=([0-9]+)"}};
  options.action = input.action;
  options.keep_last = input.action == RedactAction::kMask ? input.keep_last : 0;
  absl::StatusOr<Redactor> redactor = Redactor::Compile(options);
  CHECK(redactor.ok());
  return *std::move(redactor);
}

void CheckPrefilter(const Input& input) {
  Findings findings;
  Detect({input.text, input.name}, DetectorSet::All(), findings);
  DetectorSet found;
  for (const Finding& finding : findings) {
    CHECK(finding.begin < finding.end && finding.end <= input.text.size());
    found.Add(static_cast<Detector>(finding.rule));
  }
  DetectorSet candidates = CandidatesOf(ActiveClueKernel().find(input.text));
  candidates |= FindNameCandidates(input.name);
  CHECK(candidates.Contains(found));
  CHECK(SupportedClueKernels().back()->find(input.text) == ActiveClueKernel().find(input.text));
}

void CheckText(const Input& input, Redactor& redactor) {
  std::string once, twice;
  if (!redactor.RedactText(input.text, input.name, once)) return;
  if (input.action == RedactAction::kHash) return;
  CHECK(!redactor.RedactText(once, input.name, twice));
}

WalkResult Walk(JsonWalker& walker, std::string text) {
  const size_t size = text.size();
  text.append(JsonWalker::kReadBeyond, ' ');
  JsonFields fields;
  return walker.Walk(std::string_view(text).substr(0, size), fields);
}

void CheckJson(const Input& input, Redactor& redactor) {
  JsonWalker walker;
  const WalkResult result = Walk(walker, std::string(input.text));
  const size_t begin = input.text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return;
  const bool object = result == WalkResult::kObject;
  if (!object && (result != WalkResult::kScalarOrArray || input.text[begin] != '[')) return;
  ByteArena arena;
  FieldList fields = {
      {input.name, arena.Copy(input.text), object ? FieldKind::kObject : FieldKind::kArray}};
  redactor.Redact(fields, arena);
  CHECK(Walk(walker, std::string(fields[0].value)) == result);
  if (input.action == RedactAction::kHash) return;
  CHECK(redactor.Redact(fields, arena).empty());
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tailrace::Input;
  if (size < 3) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 3, size - 3);
  Input input;
  input.action = static_cast<tailrace::RedactAction>(data[0] % 3);
  input.keep_last = data[1] % 9;
  input.name = rest.substr(0, data[2] % 16);
  input.text = rest.substr(input.name.size());
  tailrace::Redactor redactor = tailrace::MakeRedactor(input);
  tailrace::CheckPrefilter(input);
  tailrace::CheckText(input, redactor);
  tailrace::CheckJson(input, redactor);
  return 0;
}
