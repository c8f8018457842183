#include "sinks/elasticsearch_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tailrace {
namespace {

using testing::HasSubstr;

struct Recorded {
  const char* answer;
  const char* text;
  ServerProduct product;
  int major;
  bool has_data_streams;
  bool fit;
};

// Answers to `GET /` as these servers give them; names, ids and hashes are shortened.
constexpr Recorded kRecorded[] = {
    {R"({
  "name" : "node-1",
  "cluster_name" : "docker-cluster",
  "cluster_uuid" : "hV2R_PZ8TK2pc6nh1tAQPA",
  "version" : {
    "number" : "6.8.23",
    "build_flavor" : "default",
    "build_type" : "docker",
    "build_hash" : "4f67856",
    "build_date" : "2022-01-06T21:30:50.087716Z",
    "build_snapshot" : false,
    "lucene_version" : "7.7.3",
    "minimum_wire_compatibility_version" : "5.6.0",
    "minimum_index_compatibility_version" : "5.0.0"
  },
  "tagline" : "You Know, for Search"
})",
     "Elasticsearch 6.8.23", ServerProduct::kElasticsearch, 6, false, false},
    {R"({"name":"es7","cluster_name":"c","cluster_uuid":"u","version":{"number":"7.8.1",
        "build_flavor":"default","build_type":"tar","lucene_version":"8.5.1"},
        "tagline":"You Know, for Search"})",
     "Elasticsearch 7.8.1", ServerProduct::kElasticsearch, 7, false, true},
    {R"({"name":"ip-10-212-1-2","cluster_name":"123456789012:logs","cluster_uuid":"u","version":{
        "number":"7.10.2","build_flavor":"oss","build_type":"tar","lucene_version":"8.7.0"},
        "tagline":"You Know, for Search"})",
     "Elasticsearch 7.10.2", ServerProduct::kElasticsearch, 7, false, true},
    {R"({"name":"es7","cluster_name":"docker-cluster","cluster_uuid":"u","version":{
        "number":"7.17.23","build_flavor":"default","build_type":"docker",
        "build_hash":"61d76462eecaf09ada684d1b5d319b5ff6865a83",
        "build_date":"2024-07-25T14:37:42.448799567Z","build_snapshot":false,
        "lucene_version":"8.11.3","minimum_wire_compatibility_version":"6.8.0",
        "minimum_index_compatibility_version":"6.0.0-beta1"},"tagline":"You Know, for Search"})",
     "Elasticsearch 7.17.23", ServerProduct::kElasticsearch, 7, true, true},
    {R"({"name":"es8","cluster_name":"docker-cluster","cluster_uuid":"u","version":{
        "number":"8.15.0","build_flavor":"default","build_type":"docker",
        "build_hash":"1a77947f34deddb41af25e6f0ddb8e830159c179",
        "build_date":"2024-08-05T10:05:34.233336849Z","build_snapshot":false,
        "lucene_version":"9.11.1","minimum_wire_compatibility_version":"7.17.0",
        "minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"})",
     "Elasticsearch 8.15.0", ServerProduct::kElasticsearch, 8, true, true},
    {R"({"name":"es9","cluster_name":"docker-cluster","cluster_uuid":"u","version":{
        "number":"9.0.0-beta1","build_flavor":"default","build_type":"docker",
        "build_snapshot":false,"lucene_version":"10.1.0",
        "minimum_wire_compatibility_version":"8.18.0",
        "minimum_index_compatibility_version":"8.0.0"},"tagline":"You Know, for Search"})",
     "Elasticsearch 9.0.0-beta1", ServerProduct::kElasticsearch, 9, true, true},
    {R"({"name":"serverless","cluster_name":"a1b2c3","cluster_uuid":"u","version":{
        "number":"8.11.0","build_flavor":"serverless","build_type":"docker",
        "build_hash":"00000000","build_date":"2023-10-31","build_snapshot":false,
        "lucene_version":"9.7.0","minimum_wire_compatibility_version":"8.11.0",
        "minimum_index_compatibility_version":"8.11.0"},"tagline":"You Know, for Search"})",
     "Elasticsearch Serverless 8.11.0", ServerProduct::kElasticsearchServerless, 8, true, true},
    {R"({"name":"os1","cluster_name":"docker-cluster","cluster_uuid":"u","version":{
        "distribution":"opensearch","number":"1.3.20","build_type":"tar",
        "build_hash":"b0ee31e","build_date":"2024-11-26","build_snapshot":false,
        "lucene_version":"8.10.1","minimum_wire_compatibility_version":"6.8.0",
        "minimum_index_compatibility_version":"6.0.0-beta1"},
        "tagline":"The OpenSearch Project: https://opensearch.org/"})",
     "OpenSearch 1.3.20", ServerProduct::kOpenSearch, 1, true, true},
    {R"({"name":"os2","cluster_name":"docker-cluster","cluster_uuid":"u","version":{
        "distribution":"opensearch","number":"2.11.0","build_type":"tar",
        "build_hash":"4dcad6dd1fd45b6bd91f041a041829c8687278fa",
        "build_date":"2023-10-13T02:55:55.511945994Z","build_snapshot":false,
        "lucene_version":"9.7.0","minimum_wire_compatibility_version":"7.10.0",
        "minimum_index_compatibility_version":"7.0.0"},
        "tagline":"The OpenSearch Project: https://opensearch.org/"})",
     "OpenSearch 2.11.0", ServerProduct::kOpenSearch, 2, true, true},
    {R"({"name":"os3","cluster_name":"docker-cluster","cluster_uuid":"u","version":{
        "distribution":"opensearch","number":"3.0.0","build_type":"tar","build_snapshot":false,
        "lucene_version":"10.1.0","minimum_wire_compatibility_version":"2.19.0",
        "minimum_index_compatibility_version":"2.0.0"},
        "tagline":"The OpenSearch Project: https://opensearch.org/"})",
     "OpenSearch 3.0.0", ServerProduct::kOpenSearch, 3, true, true}};

TEST(ElasticsearchVersion, KnowsTheServersByTheirAnswers) {
  for (const Recorded& recorded : kRecorded) {
    const auto version = ParseServerVersion(recorded.answer);
    ASSERT_TRUE(version.ok()) << version.status();
    EXPECT_EQ(version->ToString(), recorded.text);
    EXPECT_EQ(version->product, recorded.product) << recorded.text;
    EXPECT_EQ(version->major, recorded.major) << recorded.text;
    EXPECT_EQ(version->has_data_streams, recorded.has_data_streams) << recorded.text;
    EXPECT_EQ(version->Unfit().empty(), recorded.fit) << recorded.text;
  }
}

TEST(ElasticsearchVersion, SaysWhatToDoAboutAnOldOne) {
  EXPECT_THAT(ParseServerVersion(kRecorded[0].answer)->Unfit(), HasSubstr("7.0 or newer"));
}

TEST(ElasticsearchVersion, RefusesWhatIsNoSuchAnswer) {
  const std::string long_number = R"({"version":{"number":"8.)" + std::string(100, '1') + "\"}}";
  for (const std::string& answer :
       {std::string(), std::string("{}"), std::string("<html></html>"), std::string("[8,1]"),
        std::string(R"({"version":"8.1.0"})"), std::string(R"({"version":{"number":8}})"),
        std::string(R"({"version":{"number":"eight"}})"),
        std::string(R"({"version":{"number":"8"}})"),
        std::string(R"({"version":{"number":"8.x"}})"),
        std::string(R"({"version":{"number":"-8.1"}})"),
        std::string(R"({"version":{"number":"99999999999.1"}})"), long_number,
        std::string(R"({"version":{"number":"8.1.0"})")}) {
    EXPECT_EQ(ParseServerVersion(answer).status().code(), absl::StatusCode::kInvalidArgument)
        << answer;
  }
}

}  // namespace
}  // namespace tailrace
