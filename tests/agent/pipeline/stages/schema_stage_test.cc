#include "agent/pipeline/stages/schema_stage.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

struct SchemaCase {
  SchemaStandard standard;
  const char* before;
  const char* after;
};

constexpr auto kEcs = SchemaStandard::kEcs;
constexpr auto kOtel = SchemaStandard::kOtel;

const SchemaCase kRenamed[] = {
    {kEcs, R"({"msg":"hi","lvl":"warn","a":1})", R"({"message":"hi","a":1} log{"level":"warn"})"},
    {kEcs, R"({"traceId":"t","span-id":"s"})", R"({"trace":{"id":"t"},"span":{"id":"s"}})"},
    {kEcs, R"({"TRACE_ID":"t","X-Request-ID":"r"})",
     R"({"trace":{"id":"t"},"http":{"request":{"id":"r"}}})"},
    {kEcs, R"({"status":404})", R"({"http":{"response":{"status_code":404}}})"},
    {kEcs, R"({"status":"404"})", R"({"http":{"response":{"status_code":"404"}}})"},
    {kEcs, R"({"status":"ok"})", R"({"status":"ok"})"},
    {kEcs, R"({"status":999})", R"({"status":999})"},
    {kEcs, R"({"error":{"type":"E"},"err":"boom"})",
     R"({"error":{"type":"E"},"error.message":"boom"})"},
    {kEcs, R"({"message":"kept","msg":"second"})", R"({"message":"kept","msg":"second"})"},
    {kEcs, R"({"msg":"first","msg2":"x","level":"info","severity":"INFO"})",
     R"({"message":"first","msg2":"x","severity":"INFO"} log{"level":"info"})"},
    {kEcs, R"({"user":{"id":1},"method":null})", R"({"user":{"id":1},"method":null})"},
    {kEcs, R"({"trace.id":"t"})", R"({"trace":{"id":"t"}})"},
    {kOtel, R"({"msg":"hi","level":"warn","trace_id":"t"})",
     R"({"body":"hi","severity_text":"warn","trace_id":"t"})"},
    {kOtel, R"({"status":200,"service":"shop"})",
     R"({"attributes":{"http":{"response":{"status_code":200}}},"resource":{"service":{"name":"shop"}}})"},
};

TEST(SchemaStage, GivesWellKnownThingsTheNamesOfTheStandard) {
  for (const SchemaCase& test : kRenamed) {
    StagedLines lines({test.before});
    lines.Run(Parse("json")).Run(SchemaStage(test.standard));
    EXPECT_EQ(lines.Document(0), test.after) << test.before;
  }
}

TEST(SchemaStage, TakesTheTextOfALineAsItsMessage) {
  StagedLines ecs({"plain"}), otel({"plain"});
  EXPECT_EQ(ecs.Run(SchemaStage(kEcs)).Document(0), R"({"message":"plain"})");
  EXPECT_EQ(otel.Run(SchemaStage(kOtel)).Document(0), R"({"body":"plain"})");
}

TEST(SchemaNames, AreFoldedAndEachIsThereOnce) {
  for (const SchemaStandard standard : {kEcs, kOtel}) {
    std::set<std::string_view> seen;
    for (const SchemaName& name : SchemaNames(standard)) {
      EXPECT_TRUE(seen.insert(name.from).second) << name.from;
      EXPECT_EQ(name.from.find_first_of("_-.ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string_view::npos);
      EXPECT_LE(name.from.size(), 32) << name.from;
      EXPECT_FALSE(name.to.empty());
    }
  }
}

}  // namespace
}  // namespace tailrace
