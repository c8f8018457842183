#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

#include "agent/cli/commands.h"
#include "agent/cli/line_parser.h"

namespace tailrace {

int ParseLines(const std::string& parser, const LoadEnvironment& environment) {
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  InlineParser made = ParseInlineSpec(context, presets, "--as", parser);
  std::fputs(diagnostics.Render().c_str(), stderr);
  if (made.plan == nullptr) return kExitConfig;
  LineParser lines(std::move(made),
                   [](const std::string& json) { std::printf("%s\n", json.c_str()); });
  for (std::string line; std::getline(std::cin, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.TakeLine(std::move(line));
  }
  lines.End();
  return lines.failed() ? kExitFailures : kExitOk;
}

}  // namespace tailrace
