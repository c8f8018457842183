// What is wrong in the section `pipelines`, as it is shown.
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

struct Case {
  std::string yaml;
  std::string rendered;
};

const Case kCases[] = {
    {std::string("pipelines:\n"
                 "  all: [a]\n") +
         kSources + kSinks,
     "tailrace.yaml:2:8: error: pipeline \"all\": expected a map, got a list\n"
     "  all: [a]\n"
     "       ^\n"},
    {std::string("pipelines:\n"
                 "  all: {to: out}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:3: error: pipeline \"all\" needs \"from\"\n"
     "  all: {to: out}\n"
     "  ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:3: error: pipeline \"all\" needs \"to\"\n"
     "  all: {from: pods}\n"
     "  ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: [], to: out}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:15: error: \"from\" is an empty list\n"
     "  all: {from: [], to: out}\n"
     "              ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, to: []}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:25: error: \"to\" is an empty list\n"
     "  all: {from: pods, to: []}\n"
     "                        ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: [pods, pods], to: out}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:22: error: \"from\" names \"pods\" twice\n"
     "  all: {from: [pods, pods], to: out}\n"
     "                     ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, to: [out, nowhere]}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:31: error: there is no sink \"nowhere\"; known: out\n"
     "  all: {from: pods, to: [out, nowhere]}\n"
     "                              ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, to: out, contnue: true}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:30: error: unknown key \"contnue\" in pipeline \"all\"; did you mean "
     "\"continue\"?\n"
     "  all: {from: pods, to: out, contnue: true}\n"
     "                             ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, to: out, continue: 1}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:40: error: \"continue\": expected true or false\n"
     "  all: {from: pods, to: out, continue: 1}\n"
     "                                       ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, too: out}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:21: error: unknown key \"too\" in pipeline \"all\"; did you mean \"to\"?\n"
     "  all: {from: pods, too: out}\n"
     "                    ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: {a: b}, to: out}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:15: error: \"from\": expected a list of values, got a map\n"
     "  all: {from: {a: b}, to: out}\n"
     "              ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, to: out, match: '{namespace=\"shop\"'}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:55: error: \"match\": expected \",\" or \"}\"\n"
     "  all: {from: pods, to: out, match: '{namespace=\"shop\"'}\n"
     "                                                      ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, to: out, match: [a]}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:37: error: \"match\": expected a selector in quotes, such as "
     "'{namespace=\"shop\"}', got a list\n"
     "  all: {from: pods, to: out, match: [a]}\n"
     "                                    ^\n"},
    {std::string("pipelines:\n"
                 "  all: {from: pods, to: out, stages: parse}\n") +
         kSources + kSinks,
     "tailrace.yaml:2:38: error: \"stages\": expected a list, got a value\n"
     "  all: {from: pods, to: out, stages: parse}\n"
     "                                     ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse\n") +
         kSources + kSinks,
     "tailrace.yaml:6:9: error: expected a stage, such as \"parse: json\", got a value\n"
     "      - parse\n"
     "        ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - {}\n") +
         kSources + kSinks,
     "tailrace.yaml:6:9: error: a stage needs a key that says what it does, such as \"parse\"\n"
     "      - {}\n"
     "        ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - into: x\n") +
         kSources + kSinks,
     "tailrace.yaml:6:9: error: a stage needs a key that says what it does, such as \"parse\"\n"
     "      - into: x\n"
     "        ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - pars: json\n") +
         kSources + kSinks,
     "tailrace.yaml:6:9: error: unknown stage \"pars\"; did you mean \"parse\"?\n"
     "      - pars: json\n"
     "        ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - redact: {}\n") +
         kSources + kSinks,
     "tailrace.yaml:6:17: error: nothing to look for: name detectors in \"detect\", or "
     "\"patterns\"\n"
     "      - redact: {}\n"
     "                ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: json\n"
                 "        redact: {}\n") +
         kSources + kSinks,
     "tailrace.yaml:7:9: error: a stage has one key that says what it does, and \"parse\" does; "
     "begin a new one with \"- \"\n"
     "        redact: {}\n"
     "        ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - rename: msg\n") +
         kSources + kSinks,
     "tailrace.yaml:6:17: error: \"rename\": expected a map, such as {msg: message}\n"
     "      - rename: msg\n"
     "                ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: xml\n") +
         kSources + kSinks,
     "tailrace.yaml:6:16: error: unknown parser \"xml\"\n"
     "      - parse: xml\n"
     "               ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: json\n"
                 "        when: x\n") +
         kSources + kSinks,
     "tailrace.yaml:7:16: error: \"when\": expected an operator after x: one of = != =~ !~ > >= < "
     "<=\n"
     "        when: x\n"
     "               ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: none\n"
                 "        into: x\n") +
         kSources + kSinks,
     "tailrace.yaml:7:15: error: \"into\": \"parse: none\" makes no fields\n"
     "        into: x\n"
     "              ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: json\n"
                 "        into: kubernetes.x\n") +
         kSources + kSinks,
     "tailrace.yaml:7:15: error: \"into\": the field \"kubernetes\" is set by the agent\n"
     "        into: kubernetes.x\n"
     "              ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: json\n"
                 "        into: a..b\n") +
         kSources + kSinks,
     "tailrace.yaml:7:17: error: \"into\": expected the name of a field\n"
     "        into: a..b\n"
     "                ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: json\n"
                 "        name: \"\"\n") +
         kSources + kSinks,
     "tailrace.yaml:7:15: error: \"name\" is empty\n"
     "        name: \"\"\n"
     "              ^\n"},
    {std::string("pipelines:\n"
                 "  all:\n"
                 "    from: pods\n"
                 "    to: out\n"
                 "    stages:\n"
                 "      - parse: json\n"
                 "        int: x\n") +
         kSources + kSinks,
     "tailrace.yaml:7:9: error: unknown key \"int\" in the stage \"parse\"; did you mean "
     "\"into\"?\n"
     "        int: x\n"
     "        ^\n"},
};

TEST(PipelineErrors, AreShownWithTheirPlace) {
  for (const Case& c : kCases) {
    const LoadedText loaded = LoadText(c.yaml);
    EXPECT_FALSE(loaded.config.has_value()) << c.yaml;
    EXPECT_EQ(loaded.diagnostics, c.rendered) << c.yaml;
  }
}

}  // namespace
}  // namespace tailrace
