#include "sinks/document_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/codec/base64.h"
#include "sinks/record_id.h"
#include "tests/sinks/encoded_documents.h"

namespace tailrace {
namespace {

using nlohmann::json;
using testing::ElementsAre;

const FileKey kKey{{0x4e, 0xf1, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99}};
const DocumentMetadata kMetadata{"n1", "prod"};

EncodedDocuments BulkOf(const StreamInfo& stream) {
  return EncodedDocuments(
      DocumentTemplate::ForBulk(stream, kKey, kMetadata, "logs-shop-default", true));
}

EncodedDocuments NdjsonOf(const StreamInfo& stream) {
  return EncodedDocuments(DocumentTemplate::ForNdjson(stream, kKey, kMetadata));
}

std::vector<uint64_t> RangeNumbers(const DocumentItem& item) {
  std::vector<uint64_t> numbers;
  for (const RangeRef& ref : item.ranges) numbers.push_back(ref.range.value());
  return numbers;
}

TEST(DocumentEncoder, WritesABulkItemWithTheIdOfTheRecordId) {
  EncodedDocuments documents = BulkOf(EncodedDocuments::PodStream());
  documents.Add("hello", kFlagStderr, EncodedDocuments::kTime, 418, 418);
  const DocumentItem item = documents.Encode(false).at(0);
  EXPECT_EQ(item.action,
            "{\"create\":{\"_index\":\"logs-shop-default\","
            "\"_id\":\"TvEAESIzRFVmd4iZAAAAAAGiAAGi\"}}\n");
  EXPECT_EQ(item.Json(), json::parse(R"({
      "@timestamp": "2026-01-02T03:04:05.678901234Z",
      "kubernetes": {"namespace": "shop", "pod": {"name": "web-0", "uid": "u-1"},
                     "container": {"name": "app", "restart_count": 3}, "node": {"name": "n1"}},
      "orchestrator": {"cluster": {"name": "prod"}},
      "log": {"file": {"path": "/var/log/pods/shop_web-0_u/app/0.log"}, "iostream": "stderr",
              "offset": 418},
      "message": "hello"})"));
}

TEST(DocumentEncoder, WritesNdjsonOfAPlainFileWithItsLabelsAndEventId) {
  EncodedDocuments documents = NdjsonOf(EncodedDocuments::PlainStream());
  documents.Add("GET /", 0, "", 0, 6);
  const DocumentItem item = documents.Encode(false).at(0);
  EXPECT_EQ(item.action, "");
  EXPECT_EQ(item.Json(), json::parse(R"({
      "@timestamp": "2026-01-02T03:05:00.000000000Z", "host": {"name": "n1"},
      "orchestrator": {"cluster": {"name": "prod"}},
      "labels": {"job": "nginx", "odd\"key\n": "odd\\value\t"},
      "log": {"file": {"path": "/var/log/nginx/access.log"}, "offset": 0},
      "event": {"id": "TvEAESIzRFVmd4iZAAAAAAAAAAAG"}, "message": "GET /"})"));
}

TEST(DocumentEncoder, WithoutIdsTheServerMakesThem) {
  EncodedDocuments documents(
      DocumentTemplate::ForBulk(EncodedDocuments::PodStream(), kKey, kMetadata, "logs-x", false));
  documents.Add("hello");
  EXPECT_EQ(documents.Encode(false).at(0).action, "{\"create\":{\"_index\":\"logs-x\"}}\n");
}

TEST(DocumentEncoder, SplicesTheMembersOfAnObject) {
  for (const bool bulk : {false, true}) {
    const StreamInfo stream = EncodedDocuments::PodStream();
    EncodedDocuments documents = bulk ? BulkOf(stream) : NdjsonOf(stream);
    documents.Add(R"({"level":"info","message":"order placed","n":[1,{"a":null}]})");
    documents.Add("{}");
    documents.Add(" { } ");
    const std::vector<DocumentItem> items = documents.Encode(true);
    EXPECT_EQ(items[0].Json()["message"], "order placed");
    EXPECT_EQ(items[0].Json()["n"], json::parse(R"([1,{"a":null}])"));
    for (const size_t i : {1u, 2u}) {
      EXPECT_FALSE(items[i].Json().contains("message"));
      EXPECT_EQ(items[i].Json().size(), bulk ? 4u : 5u);
    }
  }
}

TEST(DocumentEncoder, PutsMembersBelowIntoAndTextBesideIt) {
  EncodedDocuments documents = BulkOf(EncodedDocuments::PodStream());
  documents.Add(R"({"kubernetes":"mine","a":1})");
  documents.Add("{}");
  documents.Add("text");
  const std::vector<DocumentItem> items = documents.Encode(true, "app\\\"s");
  EXPECT_EQ(items[0].Json()["app\"s"], json::parse(R"({"kubernetes":"mine","a":1})"));
  EXPECT_EQ(items[0].Json()["kubernetes"]["namespace"], "shop");
  EXPECT_EQ(items[1].Json()["app\"s"], json::object());
  EXPECT_EQ(items[2].Json()["message"], "text");
}

TEST(DocumentEncoder, WhatAnApplicationSendsNeverPosesAsOurs) {
  constexpr std::string_view kForged[] = {
      R"({"kubernetes":{"namespace":"bank"}})",
      R"({"kubernetes.namespace":"bank"})",
      R"({"\u006bubernetes":{"namespace":"bank"}})",
      R"({"@timestamp":"1999-01-01T00:00:00Z"})",
      R"({"log":{"offset":0}})",
      R"({"log.offset":0})",
      R"({"event":{"id":"forged"}})",
      R"({"event.id":"forged"})",
      R"({"event":"forged"})",
      R"({"event":{"id.x":"forged","kind":"event"}})",
      R"({"_id":"forged","_index":"forged","_source":{}})",
      R"({"kubernetes":1,"kubernetes":2,"app":{"kubernetes":3}})",
      R"({"message":{"a":1}})",
      R"({"a":"\"},\"kubernetes\":{\"namespace\":\"bank\"}"})",
      "\"},\"kubernetes\":{\"namespace\":\"bank\"},\"x\":\"",
      "{\"a\":1}\n{\"create\":{\"_index\":\"other\"}}\n{\"forged\":1}",
      "\\\",\"@timestamp\":\"1999-01-01T00:00:00Z"};
  for (const bool bulk : {false, true}) {
    const StreamInfo stream = EncodedDocuments::PodStream();
    EncodedDocuments documents = bulk ? BulkOf(stream) : NdjsonOf(stream);
    for (const std::string_view body : kForged) documents.Add(body);
    for (const DocumentItem& item : documents.Encode(true)) {
      const json made = item.Json();
      EXPECT_EQ(made["kubernetes"]["namespace"], "shop") << item.text;
      EXPECT_EQ(made["@timestamp"], EncodedDocuments::kTime) << item.text;
      EXPECT_EQ(made["log"]["offset"], 418) << item.text;
      EXPECT_EQ(made.value("/event/id"_json_pointer, "none"),
                bulk ? "none" : "TvEAESIzRFVmd4iZAAAAAAGiAABk")
          << item.text;
      EXPECT_FALSE(made.contains("_id") || made.contains("_index")) << item.text;
      EXPECT_FALSE(made.contains("message") && !made["message"].is_string()) << item.text;
    }
  }
}

TEST(DocumentEncoder, MergesTheApplicationsEventWithTheId) {
  EncodedDocuments documents = NdjsonOf(EncodedDocuments::PodStream());
  documents.Add(R"({"event":{"kind":"alert","id":"x"},"a":1})");
  documents.Add(R"({"event":{}})");
  const std::vector<DocumentItem> items = documents.Encode(true);
  const json event = items[0].Json()["event"];
  EXPECT_EQ(event["id"], "TvEAESIzRFVmd4iZAAAAAAGiAABk");
  EXPECT_EQ(event["kind"], "alert");
  EXPECT_EQ(items[1].Json()["event"].size(), 1u);

  EncodedDocuments bulk = BulkOf(EncodedDocuments::PodStream());
  bulk.Add(R"({"event":{"kind":"alert"},"a":1})");
  EXPECT_EQ(bulk.Encode(true).at(0).Json()["event"], json::parse(R"({"kind":"alert"})"));
}

TEST(DocumentEncoder, FlagsSayWhatIsOdd) {
  struct Case {
    uint16_t flags;
    bool parse;
    const char* body;
    json expected;
  };
  const Case cases[] = {{kFlagStdout, false, "fine", nullptr},
                        {kFlagCut, false, "cut", {"truncated"}},
                        {kFlagPartial | kFlagStderr, false, "part", {"partial"}},
                        {kFlagMalformed, false, "odd", {"malformed"}},
                        {kFlagCut | kFlagPartial | kFlagMalformed,
                         false,
                         "all",
                         {"truncated", "partial", "malformed"}},
                        {kFlagStdout, true, "{\"broken\":", {"parse_error"}},
                        {kFlagCut, true, "{\"broken\":", {"truncated", "parse_error"}},
                        {kFlagCut, true, "\xff", {"truncated", "parse_error", "invalid_utf8"}}};
  EncodedDocuments documents = BulkOf(EncodedDocuments::PodStream());
  for (const Case& c : cases) {
    documents.Add(c.body, c.flags);
    const json log = documents.Encode(c.parse).at(0).Json()["log"];
    EXPECT_EQ(log.value("flags", json()), c.expected) << c.body;
  }
}

TEST(DocumentEncoder, BytesThatAreNotUtf8AreKeptBesideTheirReplacement) {
  const std::string_view kBodies[] = {"\xff", "a\xc0\xaf", "\xed\xa0\x80 surrogate", "cut \xf0\x9f",
                                      std::string_view("\x80\0\x81", 3)};
  EncodedDocuments documents = BulkOf(EncodedDocuments::PodStream());
  for (const std::string_view body : kBodies) documents.Add(body);
  const std::vector<DocumentItem> items = documents.Encode(false);
  for (size_t i = 0; i < items.size(); ++i) {
    const json made = items[i].Json();
    EXPECT_EQ(made["log"]["original_base64"], Base64Encode(kBodies[i]));
    EXPECT_THAT(made["message"].get<std::string>(), testing::HasSubstr("\xef\xbf\xbd"));
  }
  EXPECT_EQ(documents.not_utf8(), std::size(kBodies));
}

TEST(DocumentEncoder, EveryByteComesBackFromTheMessage) {
  std::string ascii;
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    if (byte < 128) ascii.push_back(static_cast<char>(byte));
    all.push_back(static_cast<char>(byte));
  }
  for (const bool parse : {false, true}) {
    EncodedDocuments documents = NdjsonOf(EncodedDocuments::PodStream());
    documents.Add(ascii);
    documents.Add(all);
    documents.Add(std::string(100000, '\x01'));
    documents.Add("");
    const std::vector<DocumentItem> items = documents.Encode(parse);
    EXPECT_EQ(items[0].Json()["message"], ascii);
    EXPECT_EQ(items[1].Json()["log"]["original_base64"], Base64Encode(all));
    EXPECT_EQ(items[2].Json()["message"].get<std::string>().size(), 100000u);
    EXPECT_EQ(items[3].Json()["message"], "");
  }
}

TEST(DocumentEncoder, RecordsOfABatchShareItsRangeAndJoinedOnesHaveTheirsBesideIt) {
  EncodedDocuments documents = NdjsonOf(EncodedDocuments::PodStream());
  constexpr std::string_view kOlderKey = "ABCDEFGHIJKLMNOP";
  documents.Add("one");
  documents.Add("two");
  documents.Add("joined");
  documents.JoinLast({FileId(1), RangeId(3)}, kOlderKey);
  documents.JoinLast({FileId(1), RangeId(5)}, kOlderKey);
  documents.Add("four");
  const std::vector<DocumentItem> items = documents.Encode(false);
  EXPECT_THAT(RangeNumbers(items[0]), ElementsAre(7));
  EXPECT_THAT(RangeNumbers(items[1]), ElementsAre(7));
  EXPECT_THAT(RangeNumbers(items[2]), ElementsAre(3, 5, 7));
  EXPECT_THAT(RangeNumbers(items[3]), ElementsAre(7));
  // One entry a reference: the joined record's item has the batch's range once more.
  EXPECT_EQ(documents.payload().ranges.size(), 4u);
  EXPECT_EQ(items[2].Json()["event"]["id"].get<std::string>().substr(0, 16), kOlderKey);
  EXPECT_EQ(items[3].Json()["event"]["id"].get<std::string>().substr(0, 16), "TvEAESIzRFVmd4iZ");
}

TEST(DocumentEncoder, ABatchWithoutARangeOfItsOwnNeedsEarlierOnesAlone) {
  EncodedDocuments documents = NdjsonOf(EncodedDocuments::PodStream());
  documents.Add("joined");
  documents.JoinLast({FileId(1), RangeId(3)}, "ABCDEFGHIJKLMNOP");
  const std::vector<DocumentItem> items = documents.Encode(false, "", std::nullopt);
  EXPECT_THAT(RangeNumbers(items[0]), ElementsAre(3));
}

TEST(DocumentEncoder, AppendsBatchAfterBatchToOnePayload) {
  EncodedDocuments documents = BulkOf(EncodedDocuments::PodStream());
  for (uint64_t batch = 0; batch < 50; ++batch) {
    documents.Add("a " + std::to_string(batch));
    documents.Add("b " + std::to_string(batch));
    const auto items = documents.Encode(false, "", RangeRef{FileId(1), RangeId(batch)});
    EXPECT_EQ(items[1].Json()["message"], "b " + std::to_string(batch));
    EXPECT_THAT(RangeNumbers(items[1]), ElementsAre(batch));
  }
  uint32_t end = 0;
  for (const PayloadItem& item : documents.payload().items) {
    EXPECT_EQ(item.offset, end);
    end = item.offset + item.length;
  }
  EXPECT_EQ(end, documents.payload().bytes.size());
}

}  // namespace
}  // namespace tailrace
