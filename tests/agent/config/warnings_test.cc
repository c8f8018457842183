// What is accepted, but hardly meant: warnings and hints.
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
    {std::string("sources:\n"
                 "  pods: {type: kubernetes_logs}\n"
                 "  b: {type: file, include: /b}\n") +
         kPipelines + kSinks,
     std::string(kIdKeyHint) +
         "tailrace.yaml:3:3: warning: no pipeline reads this source; its records are filtered\n"
         "  b: {type: file, include: /b}\n"
         "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: blackhole}\n"
                 "  two: {type: blackhole}\n") +
         kSources + kPipelines,
     std::string(kIdKeyHint) + "tailrace.yaml:3:3: warning: no pipeline writes to this sink\n"
                               "  two: {type: blackhole}\n"
                               "  ^\n"},
    {std::string("pipelines:\n"
                 "  a: {from: pods, to: out}\n"
                 "  b: {from: pods, to: out}\n") +
         kSources + kSinks,
     std::string(kIdKeyHint) +
         "tailrace.yaml:3:3: warning: no record gets here: pipeline \"a\" above takes them all; "
         "move this one up, or give \"a\" \"continue: true\"\n"
         "  b: {from: pods, to: out}\n"
         "  ^\n"},
    {std::string("pipelines:\n"
                 "  a: {from: pods, to: out, match: '{pod=\"x\"}'}\n"
                 "  b: {from: pods, to: out, match: '{pod=\"x\", namespace=\"y\"}'}\n") +
         kSources + kSinks,
     std::string(kIdKeyHint) +
         "tailrace.yaml:3:3: warning: no record gets here: pipeline \"a\" above takes them all; "
         "move this one up, or give \"a\" \"continue: true\"\n"
         "  b: {from: pods, to: out, match: '{pod=\"x\", namespace=\"y\"}'}\n"
         "  ^\n"},
    {std::string("pipelines:\n"
                 "  a: {from: pods, to: out, continue: true}\n"
                 "  b: {from: pods, to: out}\n") +
         kSources + kSinks,
     std::string(kIdKeyHint)},
    {std::string("pipelines:\n"
                 "  a: {from: pods, to: out, match: '{pod=\"x\"}'}\n"
                 "  b: {from: pods, to: out}\n") +
         kSources + kSinks,
     std::string(kIdKeyHint)},
    {std::string("pipelines:\n"
                 "  a: {from: pods, to: out}\n"
                 "  b: {from: [pods, f], to: out}\n"
                 "sources: {pods: {type: kubernetes_logs}, f: {type: file, include: /f}}\n") +
         kSinks,
     std::string(kIdKeyHint)},
    {std::string("pipelines:\n"
                 "  a: {from: pods, to: out, match: '{namspace=\"x\", app=\"\"}'}\n") +
         kSources + kSinks,
     std::string(kIdKeyHint) +
         "tailrace.yaml:2:37: warning: no stream here has the label \"namspace\", so it is always "
         "empty; did you mean \"namespace\"?\n"
         "  a: {from: pods, to: out, match: '{namspace=\"x\", app=\"\"}'}\n"
         "                                    ^\n"
         "tailrace.yaml:2:51: warning: no stream here has the label \"app\", so it is always "
         "empty; known: filename, node, namespace, pod, container\n"
         "  a: {from: pods, to: out, match: '{namspace=\"x\", app=\"\"}'}\n"
         "                                                  ^\n"},
    {std::string("sources:\n"
                 "  pods: {type: kubernetes_logs, select: '{conatiner=\"x\"}'}\n") +
         kPipelines + kSinks,
     std::string(kIdKeyHint) + "tailrace.yaml:2:43: warning: no stream here has the label "
                               "\"conatiner\", so it is always empty; did you mean \"container\"?\n"
                               "  pods: {type: kubernetes_logs, select: '{conatiner=\"x\"}'}\n"
                               "                                          ^\n"},
    {"sources:\n"
     "  f: {type: file, include: /f, labels: {job: x}}\n"
     "  pods: {type: kubernetes_logs}\n"
     "pipelines: {a: {from: [f, pods], to: out}}\n"
     "sinks:\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", data_stream: \"logs-{{ namespace "
     "}}-{{ job }}\"}\n",
     std::string(kIdKeyHint) + "tailrace.yaml:6:3: warning: source \"f\" has no label "
                               "\"namespace\", so it is empty in the name of its destination\n"
                               "  out: {type: elasticsearch, endpoints: \"http://es:9200\", "
                               "data_stream: \"logs-{{ namespace }}-{{ job }}\"}\n"
                               "  ^\n"
                               "tailrace.yaml:6:3: warning: source \"pods\" has no label \"job\", "
                               "so it is empty in the name of its destination\n"
                               "  out: {type: elasticsearch, endpoints: \"http://es:9200\", "
                               "data_stream: \"logs-{{ namespace }}-{{ job }}\"}\n"
                               "  ^\n"},
    {"sources: {f: {type: file, include: \"/var/log/**/*.log\"}}\n"
     "pipelines: {a: {from: f, to: out}}\n"
     "sinks:\n"
     "  out: {type: file, path: /var/log/x/out.log}\n",
     std::string(kIdKeyHint) + "tailrace.yaml:4:3: warning: writes /var/log/x/out.log, which "
                               "source \"f\" reads: records go round\n"
                               "  out: {type: file, path: /var/log/x/out.log}\n"
                               "  ^\n"},
    {"sources: {f: {type: file, include: \"/var/log/**/*.log\", exclude: /var/log/x/*}}\n"
     "pipelines: {a: {from: f, to: out}}\n"
     "sinks:\n"
     "  out: {type: file, path: /var/log/x/out.log}\n",
     std::string(kIdKeyHint)},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, id: auto}\n") +
         kSources + kPipelines,
     std::string(kIdKeyHint) +
         "tailrace.yaml:2:73: hint: with \"id: auto\" records that are sent again after a crash "
         "stand twice in the index\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, id: auto}\n"
         "                                                                        ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: "
                 "\"http://c.eu-west-1.aoss.amazonaws.com:80\", data_stream: x}\n") +
         kSources + kPipelines,
     std::string(kIdKeyHint) +
         "tailrace.yaml:2:3: hint: time series collections of Amazon OpenSearch Serverless refuse "
         "documents with ids: there set \"id: auto\"\n"
         "  out: {type: elasticsearch, endpoints: \"http://c.eu-west-1.aoss.amazonaws.com:80\", "
         "data_stream: x}\n"
         "  ^\n"
         "tailrace.yaml:2:3: hint: Amazon OpenSearch Serverless has no data streams: use \"index\" "
         "instead of \"data_stream\"\n"
         "  out: {type: elasticsearch, endpoints: \"http://c.eu-west-1.aoss.amazonaws.com:80\", "
         "data_stream: x}\n"
         "  ^\n"},
    {std::string("agent: {id_key: mine}\n") + kSources + kPipelines + kSinks, ""},
};

TEST(ConfigWarnings, AreShownWithTheirPlace) {
  for (const Case& c : kCases) {
    const LoadedText loaded = LoadText(c.yaml);
    EXPECT_TRUE(loaded.config.has_value()) << c.yaml;
    EXPECT_EQ(loaded.diagnostics, c.rendered) << c.yaml;
  }
}

}  // namespace
}  // namespace tailrace
