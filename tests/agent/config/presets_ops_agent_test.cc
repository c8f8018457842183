// The logs that Google's Ops Agent is tested with, through our presets: every entry that it makes
// must be a record of ours, with the same values and the same time.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "agent/config/yaml_json.h"
#include "agent/yaml/diagnostics.h"
#include "agent/yaml/yaml_document.h"
#include "tests/agent/config/foreign_names.h"
#include "tests/agent/config/preset_run.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct ForeignParser {
  std::string preset;
  ForeignNames names;
};

const ForeignNames kAccessNames = {{"user", "user.name"},
                                   {"remoteIp", "source.address"},
                                   {"requestMethod", "http.request.method"},
                                   {"requestUrl", "url.original"},
                                   {"protocol", "http.version"},
                                   {"status", "http.response.status_code"},
                                   {"responseSize", "http.response.body.bytes"},
                                   {"referer", "http.request.referrer"},
                                   {"userAgent", "user_agent.original"},
                                   {"host", "apache.access.identity"},
                                   // What their form of a request has, and the logs have not.
                                   {"cacheFillBytes", ""},
                                   {"cacheHit", ""},
                                   {"cacheLookup", ""},
                                   {"cacheValidatedWithOriginServer", ""},
                                   {"requestSize", ""},
                                   {"serverIp", ""}};

const ForeignNames kElasticsearchNames = {{"type", "elasticsearch.type"},
                                          {"component", "log.logger"},
                                          {"cluster.name", "elasticsearch.cluster.name"},
                                          {"cluster.uuid", "elasticsearch.cluster.uuid"},
                                          {"node.name", "elasticsearch.node.name"},
                                          {"node.id", "elasticsearch.node.id"},
                                          {"stacktrace", "error.stack_trace"},
                                          {"level", "log.level"}};

const std::map<std::string, ForeignParser, std::less<>> kForeignParsers = {
    {"nginx_access", {"nginx_access", kAccessNames}},
    {"apache_access", {"apache_access", kAccessNames}},
    {"tomcat_access", {"tomcat", kAccessNames}},
    {"jetty_access", {"apache_access", kAccessNames}},
    {"varnish", {"apache_access", kAccessNames}},
    {"nginx_error",
     {"nginx_error",
      {{"level", "log.level"},
       {"pid", "process.pid"},
       {"tid", "process.thread.id"},
       {"connection", "nginx.error.connection_id"},
       {"client", "source.address"},
       {"server", "destination.domain"},
       {"request", "http.request.line"},
       {"subrequest", "nginx.error.subrequest"},
       {"upstream", "nginx.error.upstream"},
       {"host", "url.domain"},
       {"referer", "http.request.referrer"}}}},
    {"apache_error",
     {"apache_error",
      {{"level", "log.level"},
       {"module", "apache.error.module"},
       {"pid", "process.pid"},
       {"tid", "process.thread.id"},
       {"errorCode", "error.code|apache.error.cause"},
       {"client", "source.address"}}}},
    {"elasticsearch_json", {"elasticsearch", kElasticsearchNames}},
    {"elasticsearch_gc", {"java_gc", {{"gc_run", "java.gc.run"}, {"type", "java.gc.tags"}}}},
    {"cassandra_gc",
     {"java_gc",
      {{"uptime", "java.gc.uptime_seconds"},
       {"timeStopped", "java.gc.stopped_seconds"},
       {"timeStopping", "java.gc.stopping_seconds"}}}},
    {"mongodb",
     {"mongodb",
      {{"component", "mongodb.component"},
       {"context", "mongodb.context"},
       {"id", "mongodb.id"},
       {"attributes", "mongodb.attributes"},
       {"tags", "mongodb.tags"},
       {"severity", "log.level"}}}},
    {"mysql_error",
     {"mysql_error",
      {{"level", "log.level"},
       {"tid", "mysql.thread_id"},
       {"errorCode", "error.code"},
       {"subsystem", "mysql.error.subsystem"}}}},
    {"postgresql_general",
     {"postgresql",
      {{"level", "log.level"},
       {"tid", "process.pid"},
       {"role", "user.name"},
       {"user", "user.name"},
       {"database", "postgresql.log.database"},
       {"statement", "postgresql.log.query"}}}},
    {"rabbitmq", {"rabbitmq", {{"severity", "log.level"}, {"process_id", "rabbitmq.process_id"}}}},
    {"redis",
     {"redis",
      {{"level", "log.level"},
       {"pid", "process.pid"},
       {"role", "redis.log.role"},
       {"roleChar", ""}}}},
    {"tomcat_system",
     {"tomcat",
      {{"level", "log.level"}, {"module", "process.thread.name"}, {"source", "log.logger"}}}},
    {"kafka",
     {"kafka",
      {{"level", "log.level"}, {"logger", "log.logger"}, {"source", "kafka.log.component"}}}},
};

// What a preset spells out and they leave as it is written, by our field.
const std::map<std::string, std::map<std::string, std::string>> kSpellings = {
    {"log.level",
     {{"*", "notice"},
      {".", "debug"},
      {"-", "verbose"},
      {"#", "warning"},
      {"I", "info"},
      {"W", "warning"},
      {"E", "error"},
      {"F", "fatal"},
      {"D", "debug"},
      {"erro", "error"},
      {"noti", "notice"},
      {"debu", "debug"},
      {"warn", "warning"},
      {"crit", "critical"}}},
    {"redis.log.role", {{"RDB/AOF_writing_child", "child"}, {"slave", "replica"}}},
};

// Members of objects as names with dots, which is how our presets have them, but for the objects
// that a preset keeps whole.
void Flatten(const ForeignNames& names, const std::string& prefix, const Json& object, Json& flat) {
  for (const auto& [name, value] : object.items()) {
    const std::string path = prefix.empty() ? name : prefix + "." + name;
    if (value.is_object() && path != "message" && names.count(path) == 0) {
      Flatten(names, path, value, flat);
    } else {
      flat[path] = value;
    }
  }
}

bool FieldAgrees(const ForeignParser& parser, const Json& ours, const std::string& name,
                 Json theirs) {
  const auto known = parser.names.find(name);
  std::string field = known == parser.names.end() ? name : known->second;
  if (field.empty()) return true;
  if (name == "protocol") theirs = theirs.get<std::string>().substr(5);  // "HTTP/1.1"
  if (name == "responseSize" && theirs == 0) theirs = ours.value(field, Json(0));
  // tomcat_system and others leave the class in the message that they took out of it.
  if (name == "request" && ours.contains("http.request.method")) {
    return theirs == ours["http.request.method"].get<std::string>() + " " +
                         ours.value("url.original", "") + " HTTP/" + ours.value("http.version", "");
  }
  if (name == "message" && theirs.is_object() && ours.contains("mongodb.attributes")) {
    // What WiredTiger says is an object; we leave it among the attributes.
    return SaysTheSame(ours["mongodb.attributes"], "message", theirs);
  }
  // For Tomcat they leave the class in the message that they took out of it.
  if (name == "message" && ours.contains("log.logger")) {
    const std::string logger = ours["log.logger"].get<std::string>() + " ";
    const std::string text = theirs.is_string() ? theirs.get<std::string>() : "";
    if (text.starts_with(logger)) theirs = text.substr(logger.size());
  }
  const size_t bar = field.find('|');
  if (bar != std::string::npos && SaysTheSame(ours, field.substr(bar + 1), theirs)) return true;
  field = field.substr(0, bar);
  if (SaysTheSame(ours, field, theirs)) return true;
  const auto spelling = kSpellings.find(field);
  if (spelling == kSpellings.end() || !theirs.is_string()) return false;
  const auto other = spelling->second.find(theirs.get<std::string>());
  return other != spelling->second.end() && SaysTheSame(ours, field, other->second);
}

// The fields that do not agree, or "".
std::string Differences(const ForeignParser& parser, const Json& ours, const Json& entry) {
  std::string differences;
  Json theirs = Json::object();
  Flatten(parser.names, "", entry.value("jsonPayload", Json::object()), theirs);
  Flatten(parser.names, "", entry.value("httpRequest", Json::object()), theirs);
  for (const auto& [name, value] : theirs.items()) {
    if (!FieldAgrees(parser, ours, name, value)) differences += " " + name + "=" + value.dump();
  }
  const Json time = entry.value("timestamp", Json("now"));
  if (time != "now" && !SaysTheSame(ours, "@timestamp", time)) differences += " " + time.dump();
  return differences;
}

Json LoadYaml(const fs::path& path) {
  Diagnostics diagnostics;
  const std::unique_ptr<YamlDocument> document =
      YamlDocument::Parse(path.string(), ReadWhole(path), diagnostics);
  EXPECT_NE(document, nullptr) << diagnostics.Render();
  return Json::parse(JsonOfYaml(document->root()));
}

std::vector<Json> EntriesOf(const fs::path& folder) {
  std::vector<Json> entries;
  for (const Json& request : LoadYaml(folder / "output_fluentbit.yaml")) {
    for (const Json& entry : request.value("entries", Json::array())) entries.push_back(entry);
  }
  return entries;
}

struct Score {
  size_t passed = 0, entries = 0;
};

Score Judge(const ForeignParser& parser, const fs::path& folder) {
  std::vector<ParsedRecord> records =
      RunParser(PlanOfPresets({parser.preset}), LinesOfText(ReadWhole(folder / "input.log")),
                NanosOf("2026-06-15T12:00:00Z"));
  Score score;
  for (const Json& entry : EntriesOf(folder)) {
    ++score.entries;
    std::string least;  // Of the record that comes nearest.
    size_t found = records.size();
    for (size_t i = 0; i < records.size() && found == records.size(); ++i) {
      const std::string differences = Differences(parser, records[i].document, entry);
      if (differences.empty()) found = i;
      if (least.empty() || differences.size() < least.size()) least = differences;
    }
    if (found < records.size()) {
      ++score.passed;
      records.erase(records.begin() + static_cast<ptrdiff_t>(found));  // Each stands for one.
    } else {
      std::printf("  %s: %s\n    no record has:%s\n", folder.filename().c_str(),
                  entry.value("jsonPayload", Json()).dump().c_str(), least.c_str());
    }
  }
  return score;
}

TEST(PresetsCorpora, OpsAgentTransform) {
  const fs::path root = Corpora() / "ops-agent-transform";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not there";
  Score total;
  for (const auto& folder : fs::directory_iterator(root)) {
    const fs::path config = folder.path() / "config.yaml";
    if (!fs::exists(config)) continue;
    const Json steps = LoadYaml(config);
    const std::string type = steps.empty() ? "" : steps[0].value("type", "");
    const auto parser = kForeignParsers.find(type);
    if (steps.size() != 1 || parser == kForeignParsers.end()) {
      std::printf("  left out: %s, of which there is no preset\n",
                  folder.path().filename().c_str());
      continue;
    }
    const Score score = Judge(parser->second, folder.path());
    std::printf("  %s: %zu/%zu\n", folder.path().filename().c_str(), score.passed, score.entries);
    total.passed += score.passed;
    total.entries += score.entries;
  }
  std::printf("ops-agent-transform %zu/%zu\n", total.passed, total.entries);
  EXPECT_GT(total.entries, 0u);
  EXPECT_GE(total.passed * 100, total.entries * 90);
}

}  // namespace
}  // namespace tailrace
