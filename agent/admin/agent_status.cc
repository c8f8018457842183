#include "agent/admin/agent_status.h"

#include "agent/base/version.h"
#include "agent/json/json_writer.h"

namespace tailrace {
namespace {

void WriteCounts(std::string_view key, const std::map<std::string, uint64_t>& counts,
                 JsonWriter& json) {
  json.Key(key).BeginObject();
  for (const auto& [name, count] : counts) json.Key(name).Uint(count);
  json.EndObject();
}

void WriteSink(const SinkStatus& sink, JsonWriter& json) {
  const uint64_t settled = sink.delivered + sink.rejected + sink.dropped;
  json.Key(sink.name).BeginObject();
  json.Key("down_reason").String(sink.down_reason);
  json.Key("routed").Uint(sink.routed);
  json.Key("delivered").Uint(sink.delivered);
  json.Key("rejected").Uint(sink.rejected);
  json.Key("dropped").Uint(sink.dropped);
  json.Key("in_flight").Int(static_cast<int64_t>(sink.routed - settled));
  json.Key("bytes").Uint(sink.bytes);
  json.Key("wire_bytes").Uint(sink.wire_bytes);
  json.EndObject();
}

}  // namespace

std::string RenderStatus(const AgentStatus& status, const ServerStatus& server) {
  const uint64_t settled_bytes = status.covered_bytes + status.skipped_bytes;
  std::string body;
  JsonWriter json(&body);
  json.BeginObject();
  json.Key("version").String(kVersion);
  json.Key("uptime_seconds").Double(std::chrono::duration<double>(server.uptime).count());
  json.Key("live").Bool(server.live);
  json.Key("ready").Bool(server.ready);
  json.Key("records").Uint(status.records);
  json.Key("read_bytes").Uint(status.read_bytes);
  json.Key("covered_bytes").Uint(status.covered_bytes);
  json.Key("skipped_bytes").Uint(status.skipped_bytes);
  json.Key("bytes_in_flight").Int(static_cast<int64_t>(status.read_bytes - settled_bytes));
  json.Key("routed_records").Uint(status.routed_records);
  WriteCounts("filtered", status.filtered, json);
  WriteCounts("dropped", status.dropped, json);
  json.Key("sinks").BeginObject();
  for (const SinkStatus& sink : status.sinks) WriteSink(sink, json);
  json.EndObject();
  json.Key("dead_letters").BeginObject();
  json.Key("down_reason").String(status.dead_letters_down_reason);
  json.EndObject().EndObject();
  body += '\n';
  return body;
}

}  // namespace tailrace
