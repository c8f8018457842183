// Lines as one batch through every preset: what is refused leaves no field, no name stands twice,
// what is JSON is JSON.
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/config/parser_section.h"
#include "agent/config/preset_library.h"
#include "parsers/chain/parser_chain.h"
#include "tests/fuzz/field_checks.h"

namespace tailrace {
namespace {

constexpr size_t kLinesMax = 64;

std::vector<ParserChain> MakeChains() {
  const LoadEnvironment environment{
      [](std::string_view) -> std::optional<std::string> { return std::nullopt; }, "host", {}};
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  std::vector<ParserChain> chains;
  for (const std::string_view name : presets.names()) {
    ParserSpec spec;
    CHECK(LoadNamedParser(context, presets, name, {}, spec));
    chains.emplace_back(ParserPlan::Compile({spec}).value());
  }
  return chains;
}

std::vector<PaddedText> Lines(std::string_view text) {
  std::vector<PaddedText> lines;
  lines.emplace_back(text);
  while (!text.empty() && lines.size() < kLinesMax) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void CheckNamesOnce(const FieldList& fields) {
  for (size_t i = 1; i < fields.size(); ++i) {
    for (size_t j = 1; j < i; ++j) CHECK(fields[i].name != fields[j].name);
  }
}

void RunOne(ParserChain& chain, const std::vector<PaddedText>& lines) {
  ByteArena arena;
  std::vector<FieldList> fields(lines.size(), {{.name = "before", .value = "x"}});
  std::vector<ChainJob> jobs;
  for (size_t i = 0; i < lines.size(); ++i) {
    jobs.push_back({.text = lines[i].view(), .fields = &fields[i]});
  }
  chain.Parse(jobs, arena);
  for (const ChainJob& job : jobs) {
    CHECK(!job.fields->empty() && job.fields->front().value == "x");
    CHECK(job.parsed() || job.fields->size() == 1);
    CHECK(job.parsed() || job.time == ChainTime::kNone);
    CheckNamesOnce(*job.fields);
    CheckFields(*job.fields);
  }
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tailrace;
  static std::vector<ParserChain> chains = MakeChains();
  const std::vector<PaddedText> lines =
      Lines(std::string_view(reinterpret_cast<const char*>(data), size));
  for (ParserChain& chain : chains) RunOne(chain, lines);
  return 0;
}
