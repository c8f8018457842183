#include "agent/config/kafka_section.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/clock.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/config/destination.h"
#include "agent/config/tls_section.h"
#include "agent/lang/syntax_error.h"
#include "sinks/kafka_address.h"
#include "sinks/kafka_conf.h"

namespace tailrace {
namespace {

constexpr size_t kMaxProperties = 200;
// Levels that librdkafka has, by codec.
struct Codec {
  std::string_view name;
  IntegerRange levels;
};
constexpr std::array<Codec, 4> kCodecs = {
    {{"none", {-1, -1}}, {"gzip", {1, 9}}, {"lz4", {0, 12}}, {"zstd", {1, 12}}}};

// HOST or HOST:PORT; [ADDRESS]:PORT for IPv6.
absl::Status CheckBroker(std::string_view text) {
  constexpr unsigned kMaxPort = 65'535;
  if (text.find("://") != std::string_view::npos) {
    return SyntaxError(0, {"expected HOST:PORT without a scheme; \"tls\" turns encryption on"});
  }
  const size_t bad = text.find_first_of(", /");
  if (bad != std::string_view::npos) return SyntaxError(bad, {"expected HOST:PORT"});
  const size_t colon = text.rfind(':');
  if (colon == 0) return SyntaxError(0, {"the host is missing"});
  if (colon == std::string_view::npos || text.find(']', colon) != std::string_view::npos) {
    return absl::OkStatus();
  }
  const std::string_view port = text.substr(colon + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool good =
      error == std::errc() && end == port.data() + port.size() && number > 0 && number <= kMaxPort;
  if (!good) return SyntaxError(colon + 1, {"expected a port, such as :9092"});
  return absl::OkStatus();
}

void LoadBrokers(MapReader& reader, KafkaOptions& options) {
  reader.Require("brokers");
  for (ConfigText& broker : reader.TextList("brokers")) {
    const absl::Status status = CheckBroker(broker.text);
    if (!status.ok()) {
      reader.ErrorIn("brokers", broker, status);
    } else {
      options.brokers.push_back(std::move(broker.text));
    }
  }
}

// What stands there literally must be fit for a topic as it is: changing it silently would send the
// records elsewhere.
absl::Status CheckTopicLiterals(const StreamTemplate& topic) {
  for (const StreamTemplate::Part& part : topic.parts()) {
    // A dot alone may stand beside something else.
    const std::string clean = SanitizeTopicName("x" + part.text).substr(1);
    if (part.is_label || clean == part.text) continue;
    return SyntaxError(part.offset, {"not a valid topic for Kafka; valid is ", Quoted(clean)});
  }
  const bool fits = !topic.is_constant() ||
                    SanitizeTopicName(topic.parts().front().text) == topic.parts().front().text;
  return fits ? absl::OkStatus() : SyntaxError(0, {"not a valid topic for Kafka"});
}

void LoadTopic(MapReader& reader, const std::vector<std::string_view>& labels, SinkConfig& sink) {
  reader.Require("topic");
  if (const std::optional<ConfigText> text = reader.Text("topic", "a name")) {
    absl::StatusOr<StreamTemplate> topic = ParseDestination(text->text, labels);
    const absl::Status status = topic.ok() ? CheckTopicLiterals(*topic) : topic.status();
    if (status.ok()) {
      sink.plan.destination = *std::move(topic);
    } else {
      reader.ErrorIn("topic", *text, status);
    }
  }
  if (const std::optional<ConfigText> text = reader.Text("key", "a text with labels")) {
    absl::StatusOr<StreamTemplate> key = ParseDestination(text->text, labels);
    if (key.ok()) {
      sink.plan.key = *std::move(key);
    } else {
      reader.ErrorIn("key", *text, key.status());
    }
  }
}

void LoadPartitioner(MapReader& reader, const SinkConfig& sink, KafkaOptions& options) {
  constexpr std::string_view kNames[] = {"file",         "consistent",     "consistent_random",
                                         "murmur2",      "murmur2_random", "fnv1a",
                                         "fnv1a_random", "random"};
  options.partitioner = kNames[reader.Choice("partitioner", kNames)];
  if (options.partitioner == KafkaOptions::kByFile) return;
  const bool by_key = options.partitioner != "random";
  if (by_key && sink.plan.key.has_value()) return;
  reader.context().diagnostics.Hint(
      reader.Take("partitioner")->place(),
      {"with \"partitioner: ", options.partitioner, "\"", by_key ? " and no \"key\"" : "",
       ", the lines of one file may go to several partitions, and their order is lost"});
}

void LoadCompression(MapReader& reader, KafkaOptions& options) {
  std::array<std::string_view, kCodecs.size()> names;
  std::transform(kCodecs.begin(), kCodecs.end(), names.begin(),
                 [](const Codec& codec) { return codec.name; });
  const Codec& codec = kCodecs[reader.Choice("compression", names)];
  options.compression = codec.name;
  if (!reader.Has("compression_level")) {
    reader.Take("compression_level");
  } else if (codec.name == "none") {
    reader.Error(*reader.Take("compression_level"),
                 {"\"compression_level\" needs a \"compression\" that has levels"});
  } else {
    options.compression_level =
        static_cast<int>(reader.Integer("compression_level", codec.levels, -1));
  }
}

void LoadSasl(MapReader& owner, KafkaOptions& options) {
  constexpr std::string_view kMechanisms[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512",
                                              "OAUTHBEARER", "GSSAPI"};
  const YamlNode* node = owner.Take("sasl");
  if (node == nullptr) return;
  MapReader reader(owner.context(), *node, node->place(), "\"sasl\"");
  const size_t errors_before = owner.context().diagnostics.errors();
  KafkaSasl sasl;
  reader.Require("mechanism");
  sasl.mechanism = kMechanisms[reader.Choice("mechanism", kMechanisms)];
  const bool by_password = sasl.mechanism == "PLAIN" || sasl.mechanism.starts_with("SCRAM");
  if (by_password) {
    reader.Require("username");
    reader.Require("password");
  }
  sasl.username = reader.String("username", "");
  if (std::optional<ConfigText> password = reader.Text("password")) {
    if (password->text.empty()) reader.Error(*password->node, {"\"password\" is empty"});
    sasl.password = std::move(password->secret);
  }
  if (!by_password && (reader.Has("username") || reader.Has("password"))) {
    reader.Error(*node, {"with ", sasl.mechanism,
                         " there is no username or password here: give librdkafka's sasl.* below "
                         "\"properties\""});
  }
  reader.Finish();
  const bool wrong = owner.context().diagnostics.errors() > errors_before;
  if (!wrong && sasl.mechanism == "PLAIN" && !options.tls.has_value()) {
    reader.context().diagnostics.Warning(
        node->place(), {"without \"tls\" the password of PLAIN goes over the network as it is"});
  }
  options.sasl = std::move(sasl);
}

void LoadProperty(MapReader& reader, const YamlEntry& entry, KafkaOptions& options) {
  const std::string name(entry.key->text());
  std::optional<ConfigText> value =
      ReadText(reader.context(), *entry.value, Concat({Quoted(name), ": expected a value"}));
  if (!value.has_value()) return;
  const absl::Status status = CheckKafkaProperty(name, value->text);
  if (absl::IsNotFound(status)) {
    reader.Error(*entry.key, {Quoted(name), ": ", FromAbsl(status.message())});
  } else if (!status.ok()) {
    reader.Error(*value->node, {Quoted(name), ": ", FromAbsl(status.message())});
  }
  if (name == "enable.idempotence" && value->text == "false") {
    reader.context().diagnostics.Hint(
        entry.key->place(),
        {"without \"enable.idempotence\" a retry may change the order and repeat records"});
  }
  options.properties.push_back({name, std::move(value->secret)});
}

void LoadProperties(MapReader& owner, KafkaOptions& options) {
  const YamlNode* node = owner.Take("properties");
  if (node == nullptr) return;
  if (node->kind() != YamlNode::Kind::kMap) {
    return owner.Error(*node, {"\"properties\": expected a map, got ", node->kind_name()});
  }
  const std::vector<YamlEntry> entries = node->entries();
  if (entries.size() > kMaxProperties) {
    return owner.Error(*node, {"\"properties\" has more than 200 values"});
  }
  for (const YamlEntry& entry : entries) LoadProperty(owner, entry, options);
}

void LoadKafkaTls(MapReader& reader, KafkaOptions& options) {
  options.tls = LoadTls(reader);
  if (!options.tls.has_value() || options.tls->server_name.empty()) return;
  reader.Error(*reader.Take("tls"),
               {"\"server_name\": librdkafka verifies the name that each broker is reached by; "
                "give the brokers' certificates those names"});
}

}  // namespace

void LoadKafka(MapReader& reader, const std::vector<std::string_view>& labels, SinkConfig& sink) {
  constexpr std::string_view kIds[] = {"field", "header"};
  KafkaOptions& options = sink.kafka;
  const size_t errors_before = reader.context().diagnostics.errors();
  sink.plan.form = DocumentForm::kKafka;
  sink.plan.options.record_overhead_bytes = KafkaOptions::kRecordOverheadBytes;
  LoadBrokers(reader, options);
  LoadTopic(reader, labels, sink);
  LoadPartitioner(reader, sink, options);
  LoadCompression(reader, options);
  options.id_header = reader.Choice("id", kIds) == 1;
  sink.plan.id_in_address = options.id_header;
  LoadKafkaTls(reader, options);
  LoadSasl(reader, options);
  LoadProperties(reader, options);
  if (reader.context().diagnostics.errors() > errors_before) return;
  // What each value alone does not show.
  const absl::Status whole = CheckKafkaOptions(options, SystemClock().Now());
  if (whole.ok()) return;
  reader.context().diagnostics.Error(reader.place(), {"librdkafka: ", FromAbsl(whole.message())});
}

}  // namespace tailrace
