// Sinks of type kafka: what is loaded, and what is wrong, as it is shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/config/describe_config.h"
#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string Yaml(const std::string& keys) {
  return "sinks:\n  out: {type: kafka, brokers: [\"k:9092\"], topic: logs" +
         (keys.empty() ? "" : ", " + keys) + "}\n" + kSources + kPipelines;
}

LoadedText Load(const std::string& keys, Variables variables = {}) {
  return LoadText(Yaml(keys), std::move(variables));
}

TEST(KafkaSection, TheDefaultsAreThoseOfTheTable) {
  const LoadedText loaded = Load("");
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  const SinkConfig& sink = loaded.config->sinks[0];
  EXPECT_EQ(sink.type, SinkType::kKafka);
  EXPECT_EQ(sink.plan.form, DocumentForm::kKafka);
  EXPECT_THAT(sink.kafka.brokers, ElementsAre("k:9092"));
  EXPECT_EQ(sink.kafka.partitioner, "file");
  EXPECT_EQ(sink.kafka.compression, "none");
  EXPECT_EQ(sink.kafka.compression_level, -1);
  EXPECT_FALSE(sink.kafka.id_header);
  EXPECT_FALSE(sink.plan.key.has_value());
  EXPECT_FALSE(sink.kafka.tls.has_value());
  EXPECT_EQ(sink.plan.options.record_overhead_bytes, 256);
}

TEST(KafkaSection, EveryKeyIsLoaded) {
  const LoadedText loaded = LoadText(
      "sinks:\n"
      "  out:\n"
      "    type: kafka\n"
      "    brokers: [\"a:9092\", b, \"[::1]:9092\"]\n"
      "    topic: \"logs.{{ namespace }}\"\n"
      "    key: \"{{ namespace }}/{{ pod }}\"\n"
      "    partitioner: murmur2\n"
      "    compression: zstd\n"
      "    compression_level: 5\n"
      "    id: header\n"
      "    tls: {insecure_skip_verify: true}\n"
      "    sasl: {mechanism: SCRAM-SHA-512, username: me, password: \"${PASSWORD}\"}\n"
      "    properties: {linger.ms: 50, client.id: me}\n" +
          std::string(kSources) + kPipelines,
      {{"PASSWORD", "canary"}});
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  SinkConfig sink = loaded.config->sinks[0];
  EXPECT_THAT(sink.kafka.brokers, ElementsAre("a:9092", "b", "[::1]:9092"));
  EXPECT_EQ(sink.kafka.partitioner, "murmur2");
  EXPECT_EQ(sink.kafka.compression, "zstd");
  EXPECT_EQ(sink.kafka.compression_level, 5);
  EXPECT_TRUE(sink.kafka.id_header);
  EXPECT_TRUE(sink.plan.id_in_address);
  EXPECT_TRUE(sink.plan.key.has_value());
  ASSERT_TRUE(sink.kafka.tls.has_value());
  ASSERT_TRUE(sink.kafka.sasl.has_value());
  EXPECT_EQ(sink.kafka.sasl->mechanism, "SCRAM-SHA-512");
  EXPECT_EQ(sink.kafka.sasl->username, "me");
  EXPECT_EQ(sink.kafka.sasl->password.Read(SystemClock().Now())->Reveal(), "canary");
  ASSERT_EQ(sink.kafka.properties.size(), 2u);
  EXPECT_EQ(sink.kafka.properties[0].name, "linger.ms");
  const std::string described = DescribeConfig(*loaded.config);
  EXPECT_THAT(described, HasSubstr("kafka at a:9092 b [::1]:9092\n  into logs.{{ namespace }}"));
  EXPECT_THAT(described, HasSubstr("with credentials *** by SCRAM-SHA-512"));
  EXPECT_THAT(described, Not(HasSubstr("canary")));
}

TEST(KafkaSection, WhatIsMissingIsNamed) {
  const LoadedText loaded =
      LoadText("sinks: {out: {type: kafka}}\n" + std::string(kSources) + kPipelines);
  EXPECT_THAT(loaded.diagnostics, HasSubstr("sink \"out\" needs \"brokers\""));
  EXPECT_THAT(loaded.diagnostics, HasSubstr("sink \"out\" needs \"topic\""));
  EXPECT_EQ(loaded.errors, 2u);
}

TEST(KafkaSection, WhatIsWrongIsShownWhereItStands) {
  struct Case {
    const char* keys;
    const char* error;
    const char* at;  // What the caret points to.
  };
  constexpr Case kCases[] = {
      {"properties: {linger.mss: 5}",
       "\"linger.mss\": librdkafka has no such property; is it linger.ms?", "linger.mss"},
      {"properties: {xyzzy: 5}", "\"xyzzy\": librdkafka has no such property\n", "xyzzy"},
      {"properties: {linger.ms: -5}", "value -5 is outside allowed range 0..900000", "-5"},
      {"properties: {linger.ms: soon}", "linger.ms", "soon"},
      {"properties: {acks: 1}", "\"acks\": is always all", "1}"},
      {"properties: {message.timeout.ms: 1}", "a line is never given up", "1}"},
      {"properties: {bootstrap.servers: x}", "has a key of its own: \"brokers\"", "x}"},
      {"properties: {compression.type: lz4}", "has a key of its own: \"compression\"", "lz4}"},
      {"properties: {sasl.password: x}", "has a key of its own: \"sasl\"", "***"},
      {"properties: [1]", "\"properties\": expected a map, got a list", "[1]"},
      {"properties: {linger.ms: [1]}", "\"linger.ms\": expected a value, got a list", "[1]"},
      {"compression: snappy", "\"compression\": ", "snappy"},
      {"compression_level: 3", "needs a \"compression\" that has levels", "3}"},
      {"compression: gzip, compression_level: 10", "must be from 1 to 9", "10}"},
      {"partitioner: best", "\"partitioner\": ", "best"},
      {"id: none", "\"id\": ", "none"},
      {"key: \"{{ nmespace }}\"", "no source has the label \"nmespace\"", "nmespace"},
      {"sasl: {mechanism: PLAIN}", "\"sasl\" needs \"username\"", "{mechanism"},
      {"sasl: {mechanism: OAUTHBEARER, username: x}", "there is no username or password here",
       "{mechanism"},
      {"sasl: {mechanism: MD5, username: x, password: y}", "\"mechanism\": ", "MD5"},
      {"tls: {server_name: x}", "\"server_name\": librdkafka verifies the name", "{server_name"},
      {"flush: 1s", "unknown key \"flush\"", "flush"},
  };
  for (const Case& c : kCases) {
    const LoadedText loaded = Load(c.keys);
    EXPECT_GE(loaded.errors, 1u) << c.keys;
    EXPECT_THAT(loaded.diagnostics, HasSubstr(c.error));
    // The caret stands below the first byte of `at`.
    const std::string line = "\n  out: {type: kafka, ";
    const size_t quoted = loaded.diagnostics.find(line);
    ASSERT_NE(quoted, std::string::npos) << loaded.diagnostics;
    const size_t end = loaded.diagnostics.find('\n', quoted + 1);
    const std::string text = loaded.diagnostics.substr(quoted + 1, end - quoted - 1);
    const size_t caret = loaded.diagnostics.find('^', end) - end - 1;
    EXPECT_EQ(text.substr(caret, std::string(c.at).size()), c.at) << loaded.diagnostics;
  }
}

TEST(KafkaSection, BrokersAndTopicsAreChecked) {
  struct Case {
    const char* brokers;
    const char* topic;
    const char* error;
  };
  constexpr Case kCases[] = {
      {"[]", "logs", "\"brokers\" is an empty list"},
      {"\"kafka://k:9092\"", "logs", "expected HOST:PORT without a scheme"},
      {"\"a:1,b:2\"", "logs", "\"brokers\": expected HOST:PORT"},
      {"\":9092\"", "logs", "the host is missing"},
      {"\"k:\"", "logs", "expected a port"},
      {"\"k:0\"", "logs", "expected a port"},
      {"\"k:65536\"", "logs", "expected a port"},
      {"k", "\"a b\"", "not a valid topic for Kafka; valid is \"a_b\""},
      {"k", "\".\"", "not a valid topic for Kafka"},
      {"k", "\"\"", "\"topic\": a name is needed"},
      {"k", "\"{{ .field }}\"", "\"topic\": "},
  };
  for (const Case& c : kCases) {
    const LoadedText loaded =
        LoadText(std::string("sinks: {out: {type: kafka, brokers: ") + c.brokers +
                 ", topic: " + c.topic + "}}\n" + kSources + kPipelines);
    EXPECT_EQ(loaded.errors, 1u) << loaded.diagnostics;
    EXPECT_THAT(loaded.diagnostics, HasSubstr(c.error));
  }
}

TEST(KafkaSection, PropertiesThatContradictEachOtherAreFoundByLibrdkafka) {
  const LoadedText loaded = Load("properties: {max.in.flight: 100}");
  EXPECT_EQ(loaded.errors, 1u);
  EXPECT_THAT(loaded.diagnostics, HasSubstr("librdkafka: "));
  EXPECT_THAT(loaded.diagnostics, HasSubstr("max.in.flight"));
}

TEST(KafkaSection, WhatLosesTheOrderOrShowsAPasswordIsSaid) {
  EXPECT_THAT(Load("partitioner: random").diagnostics, HasSubstr("their order is lost"));
  EXPECT_THAT(Load("partitioner: murmur2").diagnostics, HasSubstr("and no \"key\""));
  EXPECT_THAT(Load("partitioner: murmur2, key: \"{{ pod }}\"").diagnostics,
              Not(HasSubstr("order")));
  EXPECT_THAT(Load("properties: {enable.idempotence: false}").diagnostics,
              HasSubstr("may change the order"));
  const LoadedText plain = Load("sasl: {mechanism: PLAIN, username: a, password: b}");
  EXPECT_EQ(plain.errors, 0u) << plain.diagnostics;
  EXPECT_EQ(plain.warnings, 1u);
  EXPECT_THAT(plain.diagnostics, HasSubstr("goes over the network as it is"));
}

TEST(KafkaSection, TokensAreLeftToTheProperties) {
  const LoadedText loaded = Load(
      "sasl: {mechanism: OAUTHBEARER}, properties: {enable.sasl.oauthbearer.unsecure.jwt: "
      "true, sasl.oauthbearer.config: \"principal=canary\"}");
  EXPECT_EQ(loaded.errors, 0u) << loaded.diagnostics;
  EXPECT_THAT(loaded.diagnostics, Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace tailrace
