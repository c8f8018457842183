// What is wrong in the stages that transform records, as it is shown.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

std::string ConfigWith(const std::string& stage) {
  return "pipelines:\n"
         "  all:\n"
         "    from: pods\n"
         "    to: out\n"
         "    stages:\n"
         "      - " +
         stage + "\n" + kSources + kSinks;
}

struct Case {
  const char* stage;
  int column;           // Of line 6, where the first error stands.
  const char* message;  // Its begin.
};

const Case kCases[] = {
    {"cast: [a]", 15, R"("cast": expected a map, such as {status: int})"},
    {"cast: {a: integer}", 19,
     R"("cast": expected a type (int, float, bool, string, duration, bytes))"},
    {"cast: {a: flaot}", 19,
     R"("cast": expected a type (int, float, bool, string, duration, bytes); did you mean "float"?)"},
    {"cast: {a..b: int}", 0, ""},
    {"lowercase: []", 20, R"("lowercase": expected 1 to 1000 names of fields)"},
    {"uppercase: {a: b}", 20, R"("uppercase": expected the name of a field, got a map)"},
    {"replace: {regex: a, with: b}", 18, R"(the stage "replace" needs "field")"},
    {"replace: {field: m, with: b}", 18, R"(the stage "replace" needs "regex")"},
    {"replace: {field: m, regex: '(', with: b}", 36, R"("regex": bad regular expression: )"},
    {R"(replace: {field: m, regex: a, with: '\1'})", 45, R"("with": bad rewrite: )"},
    {"replace: {field: m, regx: a, with: b}", 29,
     R"(unknown key "regx" in the stage "replace"; did you mean "regex"?)"},
    {"flatten: {depth: 0}", 26, R"("depth": )"},
    {"nest: {prefix: a_}", 15, R"(the stage "nest" needs "into")"},
    {"nest: {into: http}", 15, R"("nest": needs a "prefix" or "fields", such as )"},
    {"nest: {into: kubernetes, prefix: a_}", 22,
     R"("into": the field "kubernetes" is set by the agent)"},
    {"schema: esc", 17, R"("schema": expected a standard (ecs, otel); did you mean "ecs"?)"},
    {"sample: {key: a}", 17, R"(the stage "sample" needs "rate")"},
    {"sample: {rate: 10}", 24, R"("rate": expected a part from 0% to 100%, such as 10% or 0.5%)"},
    {"sample: {rate: 101%}", 24, R"("rate": expected a part from 0% to 100%)"},
    {"sample: {rate: 10%, unless: 'a >'}", 0, ""},
    {"throttle: {per: [namespace]}", 19, R"(the stage "throttle" needs "rate")"},
    {"throttle: {rate: 5MiB}", 26,
     R"("rate": expected a rate above 0, such as 5MiB/s, or 100/s for records)"},
    {"throttle: {rate: 0/s}", 26, R"("rate": expected a rate above 0)"},
    {"throttle: {rate: 5/s, burst: 1MiB}", 38,
     R"("burst": expected a number of records, since "rate" is one)"},
    {"throttle: {rate: 5KiB/s, burst: 10}", 41,
     R"("burst": expected a size such as 10MiB, since "rate" is one)"},
    {"throttle: {rate: 5/s, per: [user.id]}", 36,
     R"("per": what delays whole files takes labels of their streams alone)"},
    {"throttle: {rate: 5/s, per: .pod}", 36,
     R"("per": what delays whole files takes labels of their streams alone)"},
    {"throttle: {rate: 5/s, action: wait}", 0, ""},
    {"dedupe: message", 17, R"(the stage "dedupe": expected a map)"},
    {"dedupe: {window: 11m}", 26, R"("window": )"},
    {"dedupe: {window: 500ms}", 26, R"("window": )"},
    {"dedupe: {max_keys: 0}", 28, R"("max_keys": )"},
    {"dedupe: {by: [pod, container]}", 22,
     R"("by": all records of a stream have the same labels; name a field of the record, such as )"},
    {"dedupe: {by: []}", 0, ""},
    {"dedupe: {per: user}", 18, R"(unknown key "per" in the stage "dedupe")"},
    {"lookup: {key: a, set: {b: c}}", 17, R"(the stage "lookup" needs "table")"},
    {"lookup: {table: teams.csv, set: {b: c}}", 17, R"(the stage "lookup" needs "key")"},
    {"lookup: {table: teams.csv, key: a}", 17, R"(the stage "lookup" needs "set")"},
    {"lookup: {table: none.csv, key: a, set: {b: c}}", 25, R"("table": open )"},
    {"lookup: {table: teams.csv, key: a, set: {b: c}}", 25, R"("table": )"},
    {"lookup: {table: teams.csv, key: a, set: {host: team}}", 50,
     R"("set": the field "host" is set by the agent)"},
    {"lookup: {database: teams.csv, key: a, set: {b: c}}", 28, R"("database": open )"},
    {"lookup: {database: x.mmdb, key: a, column: c, set: {b: c}}", 0, ""},
};

std::map<std::string, std::string> FilesWith(const std::string& stage) {
  return {{"tailrace.yaml", ConfigWith(stage)}, {"teams.csv", "svc,team\nshop,ann\n"}};
}

TEST(TransformErrors, AreShownWithTheirPlace) {
  for (const Case& c : kCases) {
    const LoadedText loaded = LoadFolder(FilesWith(c.stage));
    EXPECT_FALSE(loaded.config.has_value()) << c.stage;
    EXPECT_EQ(loaded.errors, 1) << c.stage << "\n" << loaded.diagnostics;
    if (c.column == 0) continue;
    const std::string place = "tailrace.yaml:6:" + std::to_string(c.column) + ": error: ";
    EXPECT_NE(loaded.diagnostics.find(place + c.message), std::string::npos) << c.stage << "\n"
                                                                             << loaded.diagnostics;
  }
}

const char* const kGood[] = {
    "cast: {a: int, b.c: float, '`odd key`': bool, d: string, e: duration, f: bytes}",
    "lowercase: level",
    "uppercase: [level, http.method]",
    R"(replace: {field: path, regex: '/user/(\d+)', with: '/user/\1'})",
    "replace: {fields: [a, b], regex: '${x}', with: ''}",
    "flatten: all",
    "flatten: [http, ctx.more]",
    "flatten: {depth: 3}",
    "nest: {into: http, prefix: http_}",
    "nest: {into: http, fields: [status, path]}",
    "schema: ecs",
    "schema: otel",
    "sample: {rate: 10%, key: trace_id, unless: 'status >= 500'}",
    "sample: {rate: 0.5%}",
    "throttle: {per: [namespace, pod], rate: 5MiB/s, burst: 10MiB}",
    "throttle: {rate: 100/s, burst: 500, action: drop, per: [.user, namespace]}",
    "dedupe: {}",
    "dedupe: {by: [log.level, .pod, message], window: 10m, max_keys: 65536}",
    "dedupe: {by: user.id, window: 1s}",
    "lookup: {table: teams.csv, key: service, column: svc, set: {team: team}}",
    "lookup: {table: teams.csv, key: service, into: owner}",
};

TEST(TransformStages, AreLoadedInEveryFormThatTheyHave) {
  for (const char* const stage : kGood) {
    const LoadedText loaded = LoadFolder(FilesWith(stage));
    ASSERT_TRUE(loaded.config.has_value()) << stage << "\n" << loaded.diagnostics;
    EXPECT_EQ(loaded.config->pipelines[0].stages.size(), 1) << stage;
  }
}

TEST(TransformStages, OnlyAThrottleThatDelaysHoldsFilesBack) {
  const LoadedText delays = LoadFolder(FilesWith("throttle: {rate: 5/s}"));
  const LoadedText drops = LoadFolder(FilesWith("throttle: {rate: 5/s, action: drop}"));
  ASSERT_TRUE(delays.config.has_value() && drops.config.has_value());
  EXPECT_NE(delays.config->pipelines[0].stages[0].delay, nullptr);
  EXPECT_EQ(drops.config->pipelines[0].stages[0].delay, nullptr);
}

}  // namespace
}  // namespace tailrace
