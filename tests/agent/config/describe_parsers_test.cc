#include "agent/config/describe_parsers.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

// What DescribeParsers says, with every time as "N ns".
std::string Describe(const std::string& stages) {
  const LoadedText loaded = LoadText("pipelines: {shop: {from: pods, to: out, stages: [" + stages +
                                     "]}}\n" + std::string(kSources) + kSinks);
  EXPECT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  if (!loaded.config) return "";
  PresetLibrary presets;
  const LoadEnvironment environment = MakeEnvironment();
  const std::string text = DescribeParsers(*loaded.config, presets, environment, SystemClock());
  return std::regex_replace(text, std::regex("[0-9]+ ns"), "N ns");
}

TEST(DescribeParsers, SaysTheEngineOfEachAndWhyItIsNoScanner) {
  EXPECT_EQ(Describe("{parse: [{pattern: '<a> <b>'}, {regex: '(?P<a>\\w+) (?P<b>\\w+)'}, logfmt]},"
                     "{parse: {regex: '(?P<a>.*)(?P<b>\\p{Greek})'}, name: odd}"),
            "parsers of pipeline shop\n"
            "  parse\n"
            "    pattern: literal search, 2 captures\n"
            "    regex: scanner, 2 captures\n"
            "    logfmt: byte scanner\n"
            "  odd\n"
            "    regex: RE2, 2 captures, since it names characters beyond ASCII\n");
}

TEST(DescribeParsers, TimesAPresetOnItsOwnLinesAndEachParserInItOnThoseThatItTakes) {
  EXPECT_EQ(Describe("{parse: kubernetes_component}"),
            "parsers of pipeline shop\n"
            "  parse\n"
            "    kubernetes_component: preset, N ns a line\n"
            "      klog: byte scanner, N ns a line\n"
            "      json: JSON walker, N ns a line\n");
}

TEST(DescribeParsers, IsSilentWithoutStages) { EXPECT_EQ(Describe("{parse: json}"), ""); }

}  // namespace
}  // namespace tailrace
