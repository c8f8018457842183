// The config as a hostile file: YAML, diagnostics, selectors, templates and names.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/check.h"
#include "agent/config/describe_config.h"
#include "agent/config/load_config.h"
#include "agent/lang/index_name.h"
#include "agent/lang/selector.h"
#include "agent/lang/stream_template.h"
#include "agent/yaml/diagnostics.h"
#include "agent/yaml/secret_mask.h"

namespace tailrace {
namespace {

void LoadAsConfig(const std::string& text, const LoadEnvironment& environment) {
  Diagnostics diagnostics;
  const std::optional<Config> config =
      LoadConfigTexts("f.yaml", {{"f.yaml", text}}, environment, diagnostics);
  CHECK(config.has_value() == (diagnostics.errors() == 0));
  CHECK(config.has_value() || !diagnostics.Render().empty());
  if (config.has_value()) CHECK(!DescribeConfig(*config).empty());
}

void ParseAsSmallLanguages(const std::string& text) {
  if (const absl::StatusOr<Selector> selector = Selector::Parse(text); selector.ok()) {
    const absl::StatusOr<Selector> again = Selector::Parse(selector->ToString());
    CHECK(again.ok() && again->ToString() == selector->ToString());
    (void)selector->Matches([&text](std::string_view) { return std::string_view(text); });
  }
  if (const absl::StatusOr<StreamTemplate> name = StreamTemplate::Parse(text); name.ok()) {
    const std::string clean = SanitizeIndexName(name->RenderOverflow());
    CHECK(SanitizeIndexName(clean) == clean && !clean.empty() && clean.size() <= 255);
  }
  size_t end = 0;
  for (const TextSpan& span : FindSecrets(text)) {
    CHECK(span.begin >= end && span.end > span.begin && span.end <= text.size());
    end = span.end;
  }
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const tailrace::LoadEnvironment environment{
      [](std::string_view name) -> std::optional<std::string> {
        if (name == "NONE") return std::nullopt;
        return std::string(name);
      },
      "host",
      {}};
  const std::string text(reinterpret_cast<const char*>(data), size);
  tailrace::LoadAsConfig(text, environment);
  tailrace::ParseAsSmallLanguages(text);
  return 0;
}
