// What is wrong with sinks of type elasticsearch, as it is shown.
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
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:3: error: sink \"out\" needs \"endpoints\"\n"
     "  out: {type: elasticsearch, index: x}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: [], index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:41: error: \"endpoints\" is an empty list\n"
     "  out: {type: elasticsearch, endpoints: [], index: x}\n"
     "                                        ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:3: error: the sink needs \"data_stream\" or \"index\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\"}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "data_stream: y}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:66: error: \"data_stream\" and \"index\" exclude each other\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, data_stream: y}\n"
     "                                                                 ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"es:9200\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"endpoints\": expected http://HOST:PORT or https://HOST:PORT\n"
     "  out: {type: elasticsearch, endpoints: \"es:9200\", index: x}\n"
     "                                         ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: [\"http://a:1\", \"http://es\"], index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:64: error: \"endpoints\": the port is missing, such as :9200\n"
     "  out: {type: elasticsearch, endpoints: [\"http://a:1\", \"http://es\"], index: x}\n"
     "                                                               ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:0\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"endpoints\": URL: \"0\" is no port (1 to 65535)\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:0\", index: x}\n"
     "                                         ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://:9200\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"endpoints\": URL: no host\n"
     "  out: {type: elasticsearch, endpoints: \"http://:9200\", index: x}\n"
     "                                         ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200/a?b\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"endpoints\": URL: a query, a fragment, blanks and control "
     "characters have no place in the path\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200/a?b\", index: x}\n"
     "                                         ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:92x\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"endpoints\": URL: \"92x\" is no port (1 to 65535)\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:92x\", index: x}\n"
     "                                         ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://[::1]\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:49: error: \"endpoints\": the port is missing, such as :9200\n"
     "  out: {type: elasticsearch, endpoints: \"http://[::1]\", index: x}\n"
     "                                                ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://me:pw@es:9200\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"endpoints\": URL: credentials do not belong here; set user and "
     "password, or api_key\n"
     "  out: {type: elasticsearch, endpoints: \"http://***@es:9200\", index: x}\n"
     "                                         ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://e s:9200\", index: x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:42: error: \"endpoints\": URL: \"e s\" is no host\n"
     "  out: {type: elasticsearch, endpoints: \"http://e s:9200\", index: x}\n"
     "                                         ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:67: error: \"index\": a name is needed\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"\"}\n"
     "                                                                  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"Logs\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:67: error: \"index\": not a valid name for Elasticsearch; valid is \"logs\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"Logs\"}\n"
     "                                                                  ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"_logs\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:67: error: \"index\": not a valid name for Elasticsearch; valid is \"logs\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"_logs\"}\n"
     "                                                                  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"logs-{{ "
                 "namspace }}\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:75: error: \"index\": no source has the label \"namspace\"; did you mean "
     "\"namespace\"?\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"logs-{{ namspace }}\"}\n"
     "                                                                          ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"logs-{{ "
                 ".level }}\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:75: error: \"index\": fields of records cannot be named in this version, "
     "only labels of the stream, such as {{ namespace }}\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"logs-{{ .level }}\"}\n"
     "                                                                          ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"logs-{{ "
                 "namespace\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:72: error: \"index\": \"{{\" without \"}}\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"logs-{{ namespace\"}\n"
     "                                                                       ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"{{ "
                 "namespace }} x\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:82: error: \"index\": not a valid name for Elasticsearch; valid is \"_x\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: \"{{ namespace }} x\"}\n"
     "                                                                                 ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", data_stream: logs-*}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:72: error: \"data_stream\": not a valid name for Elasticsearch; valid is "
     "\"logs-_\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", data_stream: logs-*}\n"
     "                                                                       ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, id: random}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:73: error: \"id\": unknown value \"random\"; known: positional, auto\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, id: random}\n"
     "                                                                        ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "compression: zstd}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:82: error: \"compression\": unknown value \"zstd\"; known: gzip, none\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, compression: zstd}\n"
     "                                                                                 ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "max_in_flight: 0}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:84: error: \"max_in_flight\": must be from 1 to 64\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, max_in_flight: 0}\n"
     "                                                                                   ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "max_in_flight: 4.5}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:84: error: \"max_in_flight\": expected a whole number\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, max_in_flight: 4.5}\n"
     "                                                                                   ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, timeout: 30}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:78: error: \"timeout\": a duration needs a unit, such as 250ms, 30s or "
     "1h30m\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, timeout: 30}\n"
     "                                                                             ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, timeout: 1ms}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:78: error: \"timeout\": must be from 100ms to 1h\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, timeout: 1ms}\n"
     "                                                                             ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, user: u}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:3: error: sink \"out\" needs \"password\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, user: u}\n"
     "  ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, password: p}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:3: error: sink \"out\" needs \"user\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, password: ***}\n"
     "  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, user: u, "
                 "password: p, api_key: k}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:100: error: \"api_key\" excludes \"user\" and \"password\"\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, user: u, password: "
     "***, api_key: ***}\n"
     "                                                                                             "
     "        ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, user: "
                 "\"a:b\", password: p}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:76: error: \"user\": a user name without \":\" is needed\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, user: \"a:b\", "
     "password: ***}\n"
     "                                                                           ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, api_key: \"\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:79: error: \"api_key\": expected the \"encoded\" form that Elasticsearch "
     "shows, or ID:KEY\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, api_key: ***}\n"
     "                                                                             ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, api_key: "
                 "\"a b\"}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:79: error: \"api_key\": expected the \"encoded\" form that Elasticsearch "
     "shows, or ID:KEY\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, api_key: ***}\n"
     "                                                                             ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, retry: 5}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:76: error: \"retry\": expected a map, got a value\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, retry: 5}\n"
     "                                                                           ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, retry: "
                 "{min: 5s, max: 1s}}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:76: error: the minimum of \"retry\" is above its maximum\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, retry: {min: 5s, max: "
     "1s}}\n"
     "                                                                           ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, retry: "
                 "{mn: 5s}}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:77: error: unknown key \"mn\" in \"retry\"; did you mean \"min\"?\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, retry: {mn: 5s}}\n"
     "                                                                            ^\n"},
    {std::string(
         "sinks:\n"
         "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, path: /x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:69: error: unknown key \"path\" in sink \"out\"; known: type, batch_bytes, "
     "flush_interval, when_full, max_destinations, dead_letter, endpoints, data_stream, index, id, "
     "compression, max_in_flight, timeout, user, password, api_key, retry, tls, proxy_url\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, path: /x}\n"
     "                                                                    ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, when_full: "
                 "block}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:80: error: \"when_full\": unknown value \"block\"; known: wait, drop\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, when_full: block}\n"
     "                                                                               ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "batch_bytes: 1KiB}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:82: error: \"batch_bytes\": must be from 4KiB to 64MiB\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, batch_bytes: 1KiB}\n"
     "                                                                                 ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "flush_interval: 1h}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:85: error: \"flush_interval\": must be from 1ms to 10m\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, flush_interval: 1h}\n"
     "                                                                                    ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "max_destinations: 0}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:87: error: \"max_destinations\": must be from 1 to 65536\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, max_destinations: 0}\n"
     "                                                                                      ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "dead_letter: /x}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:82: error: \"dead_letter\": expected a map, got a value\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, dead_letter: /x}\n"
     "                                                                                 ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "dead_letter: {path: x}}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:89: error: \"path\": expected an absolute path, such as /var/log/app.log\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, dead_letter: {path: "
     "x}}\n"
     "                                                                                        ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "dead_letter: {maxsize: 1MiB}}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:83: error: unknown key \"maxsize\" in \"dead_letter\"; did you mean "
     "\"max_size\"?\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, dead_letter: {maxsize: "
     "1MiB}}\n"
     "                                                                                  ^\n"},
    {std::string("sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "dead_letter: {when_full: retry}}\n") +
         kSources + kPipelines,
     "tailrace.yaml:2:94: error: \"when_full\": unknown value \"retry\"; known: wait, drop\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, dead_letter: "
     "{when_full: retry}}\n"
     "                                                                                             "
     "^\n"},
    {std::string("agent: {memory_limit: 64MiB}\n"
                 "sinks:\n"
                 "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, "
                 "batch_bytes: 64MiB}\n") +
         kSources + kPipelines,
     "tailrace.yaml:3:3: error: batch_bytes (64MiB) is more than a sink's share of memory_limit "
     "(44.80MiB)\n"
     "  out: {type: elasticsearch, endpoints: \"http://es:9200\", index: x, batch_bytes: 64MiB}\n"
     "  ^\n"},
};

TEST(ElasticsearchErrors, AreShownWithTheirPlace) {
  for (const Case& c : kCases) {
    const LoadedText loaded = LoadText(c.yaml);
    EXPECT_FALSE(loaded.config.has_value()) << c.yaml;
    EXPECT_EQ(loaded.diagnostics, c.rendered) << c.yaml;
  }
}

}  // namespace
}  // namespace tailrace
