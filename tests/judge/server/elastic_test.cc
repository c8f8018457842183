#include "tests/judge/server/elastic.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/judge/server/inflate.h"

namespace tailrace {
namespace {

using nlohmann::json;

std::string Gzip(const std::string& text) {
  z_stream stream = {};
  deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class ElasticTest : public testing::Test {
 protected:
  HttpAnswer Ask(const std::string& path, const std::string& body, const std::string& filter = "") {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    if (!filter.empty()) request.query["filter_path"] = filter;
    return elastic_.Handle(&request);
  }

  // One `create` of line `seq` with an id (none when empty).
  static std::string Item(uint64_t seq, const std::string& id,
                          const std::string& index = "logs-a-b") {
    std::string line;
    AppendLine("run1", 0xaa, seq, "payload", &line);
    json action = {{"create", {{"_index", index}}}};
    if (!id.empty()) action["create"]["_id"] = id;
    return action.dump() + "\n" +
           json{{"@timestamp", "2026-01-01T00:00:00Z"}, {"message", line}}.dump() + "\n";
  }

  json Bulk(const std::string& body, const std::string& filter = "") {
    const HttpAnswer answer = Ask("/_bulk", body, filter);
    EXPECT_EQ(answer.status, 200);
    return json::parse(answer.body);
  }

  void Set(const json& faults) { ASSERT_EQ(Ask("/_control", faults.dump()).status, 200); }

  uint64_t Count(const char* name) { return elastic_.Summary().value(name, uint64_t{0}); }

  Elastic elastic_{"run1", 7, Faults()};
};

TEST_F(ElasticTest, ASecondCreateIsAConflictAndNoSecondDocument) {
  EXPECT_EQ(Bulk(Item(0, "x"))["items"][0]["create"]["status"], 201);
  const json again = Bulk(Item(0, "x"));
  EXPECT_EQ(again["errors"], true);
  EXPECT_EQ(again["items"][0]["create"]["status"], 409);
  EXPECT_EQ(again["items"][0]["create"]["error"]["type"], "version_conflict_engine_exception");
  EXPECT_EQ(Count("documents"), 1u);
  EXPECT_EQ(Count("conflicts"), 1u);
}

TEST_F(ElasticTest, WithoutAnIdEveryCreateIsADocument) {
  Bulk(Item(0, "") + Item(0, ""));
  EXPECT_EQ(Count("documents"), 2u);
  EXPECT_EQ(Count("lines"), 1u);
}

TEST_F(ElasticTest, ARollOverForgetsTheIdsButAMultiGetFindsThem) {
  const json first = Bulk(Item(0, "x"));
  const std::string backing = first["items"][0]["create"]["_index"];
  EXPECT_EQ(backing, ".ds-logs-a-b-2026.01.01-000001");
  ASSERT_EQ(Ask("/_judge/rollover", "").status, 200);
  const json docs = {
      {"docs", {{{"_index", backing}, {"_id", "x"}}, {{"_index", backing}, {"_id", "y"}}}}};
  const json found = json::parse(Ask("/_mget", docs.dump(), "docs.found").body);
  EXPECT_EQ(found.dump(), R"({"docs":[{"found":true},{"found":false}]})");
  EXPECT_EQ(Bulk(Item(0, "x"))["items"][0]["create"]["status"], 201);
  EXPECT_EQ(Count("documents"), 2u);
  const json stream = json::parse(Ask("/_data_stream/logs-a-b", "").body);
  EXPECT_EQ(stream["data_streams"][0]["indices"][0]["index_name"], backing);
  EXPECT_EQ(stream["data_streams"][0]["indices"].size(), 2u);
  // The data stream itself has no documents to get.
  const json named = json::parse(Ask("/logs-a-b/_mget", R"({"ids":["x"]})").body);
  EXPECT_TRUE(named["docs"][0].contains("error"));
}

TEST_F(ElasticTest, TheFilterLeavesWhatItNames) {
  const std::pair<const char*, const char*> cases[] = {
      {"errors,items.*.status,items.*.error.type",
       R"({"errors":true,"items":[{"create":{"status":201}},{"create":{"status":409,"error":{"type":"version_conflict_engine_exception"}}}]})"},
      {"errors", R"({"errors":true})"},
      // Items of which nothing is left are left out themselves.
      {"items.*.error.reason",
       R"({"items":[{"create":{"error":{"reason":"document already exists"}}}]})"},
      {"items.create._id", R"({"items":[{"create":{"_id":"0"}},{"create":{"_id":"0"}}]})"},
      {"nothing", "{}"}};
  for (const auto& [filter, answer] : cases) {
    ASSERT_EQ(Ask("/_judge/rollover", "").status, 200);  // so that the ids are new again
    EXPECT_EQ(Ask("/_bulk", Item(0, "0") + Item(1, "0"), filter).body, answer) << filter;
  }
}

TEST_F(ElasticTest, ItemFaultsAreDrawnForEachAttempt) {
  Set({{"item_429", 0.3}, {"item_503", 0.1}, {"item_403", 0.1}, {"conflict_after_store", 0.2}});
  std::string body;
  for (uint64_t i = 0; i < 2000; ++i) body += Item(i, std::to_string(i));
  std::map<int, int> statuses;
  const json answer = Bulk(body);
  for (const json& item : answer["items"]) ++statuses[item["create"]["status"].get<int>()];
  EXPECT_NEAR(statuses[429], 600, 90);
  EXPECT_NEAR(statuses[503], 140, 60);
  EXPECT_NEAR(statuses[403], 126, 60);
  EXPECT_NEAR(statuses[409], 227, 70);
  EXPECT_EQ(Count("lines"), static_cast<uint64_t>(statuses[201] + statuses[409]));
}

TEST_F(ElasticTest, ADocumentRefusedOnceIsRefusedAlways) {
  Set({{"item_400", 0.2}});
  std::string body;
  for (uint64_t i = 0; i < 500; ++i) body += Item(i, std::to_string(i));
  const json first = Bulk(body);
  const json second = Bulk(body);
  int refused = 0;
  for (size_t i = 0; i < 500; ++i) {
    const bool is_refused = first["items"][i]["create"]["status"] == 400;
    EXPECT_EQ(second["items"][i]["create"]["status"] == 400, is_refused);
    refused += is_refused;
  }
  EXPECT_GT(refused, 50);
  EXPECT_EQ(Count("refused_lines"), static_cast<uint64_t>(refused));
  EXPECT_EQ(Count("lines"), static_cast<uint64_t>(500 - refused));
}

TEST_F(ElasticTest, DocumentsThatNoServerTakesAreCorrupt) {
  const std::string action = R"({"create":{"_index":"logs-a-b"}})"
                             "\n";
  const std::string documents[] = {"{", R"({"@timestamp":1,"a":{"b":1,"b":2}})",
                                   "{\"@timestamp\":\"\xff\"}"};
  for (const std::string& document : documents) {
    EXPECT_EQ(Bulk(action + document + "\n")["items"][0]["create"]["status"], 400) << document;
  }
  EXPECT_EQ(elastic_.Summary()["strays"], json::parse(R"({"duplicate_key":1,"invalid_json":2})"));
  Bulk(action + R"({"@timestamp":1,"message":"run1|00000000000000aa|7"})" + "\n");
  Bulk(action + R"({"@timestamp":1,"message":"who knows"})" + "\n");
  EXPECT_EQ(elastic_.Summary()["strays"]["fragment"], 1);
  EXPECT_EQ(elastic_.Summary()["strays"]["corrupt"], 1);
}

TEST_F(ElasticTest, ItemsAgainstTheRulesOfDataStreamsAreRefused) {
  const std::string bodies[] = {
      "{\"index\":{\"_index\":\"logs-a-b\"}}\n{\"@timestamp\":1,\"message\":\"#j\"}\n",
      "{\"create\":{\"_index\":\"logs-a-b\"}}\n{\"message\":\"#j\"}\n",
      "{\"create\":{\"_index\":\"Logs\"}}\n{\"message\":\"#j\"}\n"};
  for (const std::string& body : bodies) EXPECT_EQ(Bulk(body)["errors"], true) << body;
  EXPECT_EQ(Count("stored"), 0u);
  EXPECT_EQ(Bulk("{\"index\":{\"_index\":\"plain\"}}\n{\"message\":\"#j\"}\n")["errors"], false);
}

TEST_F(ElasticTest, AMalformedBodyIsRefusedAsAWhole) {
  for (const std::string& body :
       {std::string("{}"), std::string("{}\n{}\n"), std::string("x\n{}\n"),
        std::string("{\"create\":{\"_index\":\"a\"}}\n")}) {
    EXPECT_EQ(Ask("/_bulk", body).status, 400) << body;
  }
}

TEST_F(ElasticTest, WholeAnswersAndFatesFollowTheFaults) {
  Set({{"whole_status", 401}});
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).status, 401);
  Set({{"whole_status", 502}});
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).content_type, "text/html");
  Set({{"whole_status", 0}, {"max_content_length", 100}});
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).status, 413);
  Set({{"max_content_length", 0}, {"authorization", "ApiKey x"}});
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).status, 401);
  Set({{"authorization", ""}, {"black_hole", true}});
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).fate, HttpFate::kNever);
  EXPECT_EQ(Count("stored"), 0u);
  Set({{"black_hole", false}, {"reset_after_apply", 1}});
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).fate, HttpFate::kReset);
  EXPECT_EQ(Count("stored"), 1u);
  Set({{"reset_after_apply", 0}, {"truncate_answer", 1}, {"answer_delay_ms", 5}});
  EXPECT_EQ(Ask("/_bulk", Item(1, "b")).fate, HttpFate::kTruncate);
  EXPECT_EQ(Ask("/_bulk", Item(1, "b")).delay_ms, 5);
}

TEST_F(ElasticTest, AnAmbiguousAnswerMayBeFollowedByARollOver) {
  Set({{"reset_after_apply", 1}, {"roll_over_when_ambiguous_ms", 1000}});
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).fate, HttpFate::kReset);
  EXPECT_EQ(Ask("/_bulk", Item(0, "a")).fate, HttpFate::kReset);
  EXPECT_EQ(Count("documents"), 2u);
}

TEST_F(ElasticTest, UnknownFaultsChangeNothing) {
  for (const char* faults :
       {"[]", "x", R"({"black_hole":true,"black_holes":true})", R"({"item_429":2})",
        R"({"item_429":"a"})", R"({"answer_delay_ms":-1})", R"({"listening":1})"}) {
    EXPECT_EQ(Ask("/_control", faults).status, 400) << faults;
  }
  EXPECT_FALSE(elastic_.faults().black_hole);
}

TEST_F(ElasticTest, GzipBodiesAreInflatedAndBadOnesRefused) {
  HttpRequest request;
  request.path = "/_bulk";
  request.header["content-encoding"] = "gzip";
  request.body = Gzip(Item(0, "a")) + Gzip(Item(1, "b"));
  EXPECT_EQ(elastic_.Handle(&request).status, 200);
  EXPECT_EQ(Count("lines"), 2u);
  request.body = "no gzip";
  EXPECT_EQ(elastic_.Handle(&request).status, 400);
}

TEST(Inflate, StopsAtTheCap) {
  const std::string bomb = Gzip(std::string(10 << 20, 'x'));
  std::string out;
  EXPECT_EQ(Inflate(bomb, 1 << 20, &out), InflateResult::kTooLarge);
  EXPECT_EQ(Inflate(bomb, 20 << 20, &out), InflateResult::kGood);
  EXPECT_EQ(out.size(), size_t{10} << 20);
  EXPECT_EQ(Inflate(bomb.substr(0, bomb.size() - 3), 20 << 20, &out), InflateResult::kBad);
  EXPECT_EQ(Inflate("", 100, &out), InflateResult::kBad);
}

TEST_F(ElasticTest, ForgedMetadataIsSeen) {
  Bulk(
      "{\"create\":{\"_index\":\"p\",\"_id\":\"1\"}}\n{\"message\":\"#j\",\"kubernetes\":{"
      "\"namespace\":\"forged\"}}\n");
  Bulk(
      "{\"create\":{\"_index\":\"p\",\"_id\":\"2\"}}\n{\"message\":\"#j\",\"app\":{\"kubernetes\":{"
      "\"n\":\"forged\"}}}\n");
  EXPECT_EQ(Count("forged"), 1u);
}

}  // namespace
}  // namespace tailrace
