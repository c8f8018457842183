#include "agent/pipeline/stages/lookup_stage.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>

#include "tests/agent/enrich/network_database.h"
#include "tests/agent/pipeline/stages/staged_lines.h"

namespace tailrace {
namespace {

std::string Write(const std::string& name, const std::string& bytes) {
  const std::string path = testing::TempDir() + "/lookup_stage_" + name;
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  return path;
}

TEST(LookupStage, SetsTheCellsOfTheRow) {
  const absl::StatusOr<std::shared_ptr<LookupFile>> file =
      LookupFile::Open({LookupFormat::kCsv,
                        Write("teams.csv", "svc,owner,tier\nshop,ann,\n7,bob,2\n"),
                        "",
                        {"owner", "tier"}});
  ASSERT_TRUE(file.ok()) << file.status();
  StagedLines lines(
      {R"({"s":"shop","tier":"old"})", R"({"s":7})", R"({"s":"none","owner":"x"})", R"({"t":1})"});
  lines.Run(Parse("json")).Run(LookupStage({Path("s"), {Path("team.owner"), Path("tier")}, *file}));
  EXPECT_EQ(lines.Document(0), R"({"s":"shop","tier":"old","team":{"owner":"ann"}})");
  EXPECT_EQ(lines.Document(1), R"({"s":7,"team":{"owner":"bob"},"tier":"2"})");
  EXPECT_EQ(lines.Document(2), R"({"s":"none","owner":"x"})");
  EXPECT_EQ(lines.Document(3), R"({"t":1})");
  EXPECT_EQ(lines.failures(), 0);
}

TEST(LookupStage, SetsWhatADatabaseKnowsOfAnAddress) {
  NetworkDatabase database;
  database.Add("192.0.2.0", 24,
               NetworkDatabase::Map(
                   {{"iso", NetworkDatabase::Text("FR")}, {"lat", NetworkDatabase::Double(48.5)}}));
  const absl::StatusOr<std::shared_ptr<LookupFile>> file = LookupFile::Open(
      {LookupFormat::kMaxMind, Write("geo.mmdb", database.Bytes()), "", {"iso", "lat"}});
  ASSERT_TRUE(file.ok()) << file.status();
  StagedLines lines({R"({"ip":"192.0.2.9"})", R"({"ip":"10.0.0.1"})", R"({"ip":"no address"})"});
  lines.Run(Parse("json"))
      .Run(LookupStage({Path("ip"), {Path("geo.country"), Path("geo.lat")}, *file}));
  EXPECT_EQ(lines.Document(0), R"({"ip":"192.0.2.9","geo":{"country":"FR","lat":48.5}})");
  EXPECT_EQ(lines.Document(1), R"({"ip":"10.0.0.1"})");
  EXPECT_EQ(lines.Document(2), R"({"ip":"no address"})");
  EXPECT_EQ(lines.failures(), 1);
}

}  // namespace
}  // namespace tailrace
