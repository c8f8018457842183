// The lines that CrowdSec's parsers are tested with, through our presets: each field that a parser
// of theirs makes must be one of ours, with the same value.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/agent/config/foreign_names.h"
#include "tests/agent/config/preset_run.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct ForeignParser {
  std::vector<std::string> presets;
  ForeignNames names;
};

// The names that several parsers of theirs have in common.
const ForeignNames kCommonNames = {
    {"message", ""},    // Theirs is always the whole text behind syslog's header.
    {"program", ""},    // From their config.
    {"logsource", ""},  // The same.
    {"facility", ""},
    {"meta.datasource_path", ""},
    {"meta.datasource_type", ""},
    {"meta.log_type", ""},  // What their rules make of it.
    {"meta.sub_type", ""},
    {"meta.service", ""},
    {"meta.machine", "host.hostname"},
    {"meta.source_ip", "source.address"},
    {"source_ip", "source.address"},
    {"pid", "process.pid"},
    {"loglevel", "log.level"},
    {"timestamp", "@timestamp"},
    {"timestamp8601", "@timestamp"},
    {"time", "@timestamp"},
    {"meta.http_path", "url.original"},
    {"meta.http_status", "http.response.status_code"},
    {"meta.http_user_agent", "user_agent.original"},
    {"meta.http_verb", "http.request.method"},
    {"remote_addr", "source.address"},
    {"remote_user", "user.name"},
    {"time_local", "@timestamp"},
    {"verb", "http.request.method"},
    {"request", "url.original"},
    {"http_version", "http.version"},
    {"status", "http.response.status_code"},
    {"body_bytes_sent", "http.response.body.bytes"},
    {"http_referer", "http.request.referrer"},
    {"http_user_agent", "user_agent.original"},
    {"target_fqdn", "destination.domain"},
    {"meta.target_fqdn", "destination.domain"},
    {"meta.user", "user.name"},
    {"meta.username", "user.name"},
    {"user", "user.name"},
    {"port", "destination.port"},
};

const std::map<std::string, ForeignParser, std::less<>> kForeignParsers = {
    {"crowdsecurity/nginx-logs",
     {{"nginx_access", "nginx_error"},
      {{"tid", "process.thread.id"},
       {"cid", "nginx.error.connection_id"},
       {"request_length", "http.request.bytes"},
       {"request_time", "nginx.ingress.request_seconds"},
       {"proxy_upstream_name", "nginx.ingress.upstream.name"},
       {"proxy_alternative_upstream_name", "nginx.ingress.upstream.alternative_name"},
       {"subrequest", "nginx.error.subrequest"},
       {"upstream", "nginx.error.upstream"}}}},
    {"crowdsecurity/apache2-logs",
     {{"apache_access", "apache_error"},
      {{"clientip", "source.address"},
       {"client", "source.address"},
       {"clientport", "source.port"},
       {"ident", "apache.access.identity"},
       {"auth", "user.name"},
       {"httpversion", "http.version"},
       {"response", "http.response.status_code"},
       {"bytes", "http.response.body.bytes"},
       {"referrer", "http.request.referrer"},
       {"agent", "user_agent.original"},
       {"rawrequest", "apache.access.request"},
       {"module", "apache.error.module"},
       {"errorcode", "error.code"},
       {"tid", "process.thread.id"}}}},
    {"crowdsecurity/traefik-logs",
     {{"traefik"},
      {{"number_of_requests_received_since_traefik_started", "traefik.access.request_count"},
       {"request_duration_in_ms", "traefik.access.duration_ms"},
       {"traefik_router_name", "traefik.access.router"},
       {"traefik_router_name_root", "traefik.access.router_root"},
       {"traefik_router_intermediate", "traefik.access.router_intermediate"},
       {"traefik_router_leaf", "traefik.access.router_leaf"},
       {"meta.traefik_router_name", "traefik.access.router"},
       {"meta.traefik_router_name_root", "traefik.access.router_root"},
       {"meta.traefik_router_name_intermediate", "traefik.access.router_intermediate"},
       {"meta.traefik_router_name_leaf", "traefik.access.router_leaf"},
       {"traefik_server_url", "traefik.access.server_url"}}}},
    {"crowdsecurity/haproxy-logs",
     {{"haproxy"},
      {{"accept_date", "@timestamp"},
       {"haproxy_year", ""},
       {"haproxy_month", ""},
       {"haproxy_monthday", ""},
       {"haproxy_time", ""},
       {"haproxy_hour", ""},
       {"haproxy_minute", ""},
       {"haproxy_second", ""},
       {"haproxy_milliseconds", ""},
       {"actconn", "haproxy.connections.active"},
       {"feconn", "haproxy.connections.frontend"},
       {"beconn", "haproxy.connections.backend"},
       {"srvconn", "haproxy.connections.server"},
       {"retries", "haproxy.connections.retries"},
       {"srv_queue", "haproxy.server_queue"},
       {"backend_queue", "haproxy.backend_queue"},
       {"backend_name", "haproxy.backend_name"},
       {"frontend_name", "haproxy.frontend_name"},
       {"server_name", "haproxy.server_name"},
       {"bytes_read", "http.response.bytes"},
       {"captured_request_cookie", "haproxy.http.request.captured_cookie"},
       {"captured_response_cookie", "haproxy.http.response.captured_cookie"},
       {"captured_request_headers", "haproxy.http.request.captured_headers"},
       {"captured_response_headers", "haproxy.http.response.captured_headers"},
       {"client_ip", "source.address"},
       {"client_port", "source.port"},
       {"http_request", "url.original"},
       {"http_status_code", "http.response.status_code"},
       {"http_verb", "http.request.method"},
       {"termination_state", "haproxy.termination_state"},
       {"time_request", "haproxy.http.request.time_wait_ms"},
       {"time_queue", "haproxy.total_waiting_time_ms"},
       {"time_backend_connect", "haproxy.connection_wait_time_ms"},
       {"time_backend_response", "haproxy.http.request.time_wait_without_data_ms"},
       {"time_duration", "haproxy.total_time_ms"}}}},
    {"crowdsecurity/mysql-logs",
     {{"mysql_error"},
      {{"err_code", "error.code"},
       {"subsystem", "mysql.error.subsystem"},
       {"using_password", "mysql.using_password"}}}},
    {"crowdsecurity/mariadb-logs", {{"mysql_error"}, {{"using_password", "mysql.using_password"}}}},
    {"crowdsecurity/supabase-docker-pgsql",
     {{"postgresql"},
      {{"PID", "process.pid"},
       {"auth_method", "postgresql.log.auth_method"},
       {"meta.auth_method", "postgresql.log.auth_method"},
       {"pgsql_dbname", "postgresql.log.database"},
       {"meta.db", "postgresql.log.database"},
       {"pgsql_user", "user.name"},
       {"pgsql_target_user", "user.target.name"},
       {"zone", ""}}}},
    {"crowdsecurity/pgsql-logs",
     {{"postgresql"},
      {{"PID", "process.pid"},
       {"auth_method", "postgresql.log.auth_method"},
       {"meta.auth_method", "postgresql.log.auth_method"},
       {"pgsql_dbname", "postgresql.log.database"},
       {"meta.db", "postgresql.log.database"},
       {"pgsql_user", "user.name"},
       {"pgsql_target_user", "user.target.name"},
       {"zone", ""}}}},
    {"timokoessler/mongodb-logs",
     {{"mongodb"}, {{"meta.authentication_database", "mongodb.authentication_database"}}}},
    {"crowdsecurity/auditd-logs",
     {{"auditd"},
      {{"event_inc_id", "auditd.sequence"},
       {"meta.auditd_eventid", "auditd.sequence"},
       {"msg_type", ""},
       {"meta.auid", "user.audit.id"},
       {"meta.uid", "user.id"},
       {"meta.exe", "process.executable"},
       {"meta.ppid", "process.parent.pid"},
       {"meta.tty", "auditd.tty"}}}},
    {"crowdsecurity/sshd-logs",
     {{"auth"},
      {{"program", "process.name"},
       {"sshd_client_ip", "source.address"},
       {"sshd_invalid_user", "user.name"},
       {"meta.target_user", "user.name"},
       {"sshd_port", "source.port"},
       {"sshd_protocol", "system.auth.ssh.protocol"},
       {"pam_type", ""},
       {"uid", "user.id"},
       {"euid", "user.effective.id"},
       {"tty", "system.auth.pam.tty"}}}},
};

struct Score {
  size_t passed = 0, fields = 0;
};

// The line of the log that their result is of: they keep its text, or what syslog's header leaves.
std::string LineOf(const std::vector<std::string>& lines, const Json& expected) {
  const std::string message = expected["parsed"].value("message", "");
  const std::string time =
      expected["parsed"].value("timestamp", expected["parsed"].value("timestamp8601", ""));
  for (const std::string& line : lines) {
    if (line == message) return line;
  }
  for (const std::string& line : lines) {
    if (!message.empty() && line.find(message) != std::string::npos && line.starts_with(time)) {
      return line;
    }
  }
  return "";
}

Json WithMeta(const Json& expected) {
  Json fields = expected["parsed"];
  for (const auto& [name, value] : expected["meta"].items()) fields["meta." + name] = value;
  return fields;
}

void Judge(const ForeignParser& parser, const std::string& line, const Json& expected,
           Score& score) {
  static std::map<std::vector<std::string>, ParserPlanPtr> plans;
  ParserPlanPtr& plan = plans[parser.presets];
  if (plan == nullptr) plan = PlanOfPresets(parser.presets);
  const Json ours = RunParser(plan, {line}, NanosOf("2026-06-15T12:00:00Z")).at(0).document;
  const Json theirs = WithMeta(expected);
  for (const auto& [name, value] : theirs.items()) {
    const auto own = parser.names.find(name);
    const auto common = kCommonNames.find(name);
    std::string field = "no field of ours";
    if (common != kCommonNames.end()) field = common->second;
    if (own != parser.names.end()) field = own->second;
    if (field.empty()) continue;
    ++score.fields;
    if (SaysTheSame(ours, field, value)) {
      ++score.passed;
    } else {
      std::printf("  %s = %s, ours %s: %s\n    in %s\n", name.c_str(), value.dump().c_str(),
                  field.c_str(), ours.dump().c_str(), line.c_str());
    }
  }
}

TEST(PresetsCorpora, CrowdsecParsers) {
  const fs::path root = Corpora() / "crowdsec-parsers";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not there";
  Score score;
  std::map<std::string, Score> by_parser;
  std::set<std::string> left_out;
  for (const auto& folder : fs::directory_iterator(root)) {
    const fs::path results = folder.path() / "expected.jsonl";
    if (!fs::exists(results)) continue;
    std::vector<std::string> lines;
    for (const auto& file : fs::directory_iterator(folder)) {
      if (file.path().extension() == ".log") lines = LinesOfText(ReadWhole(file.path()));
    }
    for (const std::string& text : LinesOfText(ReadWhole(results))) {
      const Json expected = Json::parse(text);
      const std::string name = expected["parser"];
      const auto parser = kForeignParsers.find(name);
      if (parser == kForeignParsers.end()) {
        left_out.insert(name);
      } else {
        Judge(parser->second, LineOf(lines, expected), expected, by_parser[name]);
      }
    }
  }
  for (const auto& [name, part] : by_parser) {
    std::printf("  %s: %zu/%zu fields\n", name.c_str(), part.passed, part.fields);
    score.passed += part.passed;
    score.fields += part.fields;
  }
  for (const std::string& name : left_out) {
    std::printf("  left out: %s, of which there is no preset\n", name.c_str());
  }
  std::printf("crowdsec-parsers %zu/%zu\n", score.passed, score.fields);
  EXPECT_GT(score.fields, 0u);
  EXPECT_GE(score.passed * 100, score.fields * 90);
}

}  // namespace
}  // namespace tailrace
