#include "agent/config/agent_section.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/units.h"

namespace tailrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr IntegerRange kMemoryLimitRange = {int64_t{16} << 20, int64_t{1} << 40};
constexpr IntegerRange kReadRateRange = {int64_t{64} << 10, int64_t{1} << 40};
constexpr IntegerRange kWorkersRange = {1, 64};
// sockaddr_un.sun_path holds 108 bytes with the NUL.
constexpr size_t kMaxSocketPathBytes = 107;

int LoadWorkers(MapReader& reader) {
  const std::optional<ConfigText> text = reader.Text("workers", "auto or a number");
  if (!text.has_value() || text->text == "auto") return 0;
  const absl::StatusOr<int64_t> workers = ParseInteger(text->text);
  if (workers.ok() && *workers >= kWorkersRange.min && *workers <= kWorkersRange.max) {
    return static_cast<int>(*workers);
  }
  reader.ErrorIn("workers", *text,
                 absl::InvalidArgumentError("expected auto or a number from 1 to 64"));
  return 0;
}

LogLevel LoadLogLevel(MapReader& reader) {
  constexpr std::string_view kNames[] = {"info", "debug", "warn", "error"};
  constexpr LogLevel kLevels[] = {LogLevel::kInfo, LogLevel::kDebug, LogLevel::kWarn,
                                  LogLevel::kError};
  return kLevels[reader.Choice("log_level", kNames)];
}

ReloadMode LoadReload(MapReader& reader) {
  constexpr std::string_view kNames[] = {"signal", "watch"};
  constexpr ReloadMode kModes[] = {ReloadMode::kSignal, ReloadMode::kWatch};
  return kModes[reader.Choice("reload", kNames)];
}

int64_t LoadReadRate(MapReader& reader) {
  const std::optional<ConfigText> text =
      reader.Text("max_read_rate", "a rate such as 5MiB/s, or unlimited");
  if (!text.has_value() || text->text == "unlimited") return 0;
  const absl::StatusOr<int64_t> rate = ParseByteRate(text->text);
  if (!rate.ok()) {
    reader.ErrorIn("max_read_rate", *text, rate.status());
  } else if (*rate < kReadRateRange.min || *rate > kReadRateRange.max) {
    reader.ErrorIn("max_read_rate", *text,
                   absl::OutOfRangeError("must be unlimited, or from 64KiB/s to 1TiB/s"));
  } else {
    return *rate;
  }
  return 0;
}

bool IsHostAndPort(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = address.substr(0, colon);
  const std::string_view digits = address.substr(colon + 1);
  if (host.find_first_of(" /@") != std::string_view::npos) return false;
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  if (!bracketed && host.find_first_of(":[]") != std::string_view::npos) return false;
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && end == digits.data() + digits.size() && !digits.empty();
}

void LoadListen(MapReader& reader, AgentOptions& options) {
  const std::optional<ConfigText> listen = reader.Text("listen", "HOST:PORT");
  if (!listen.has_value()) return;
  options.admin_listen = listen->text;
  if (IsHostAndPort(listen->text)) return;
  reader.ErrorIn("listen", *listen,
                 absl::InvalidArgumentError("expected HOST:PORT, such as 127.0.0.1:9600"));
}

void LoadAdmin(LoadContext& context, MapReader& agent, AgentOptions& options) {
  options.admin_socket = options.state_dir + "/admin.sock";
  const YamlNode* node = agent.Take("admin");
  if (node != nullptr) {
    MapReader reader(context, *node, node->place(), "\"admin\"");
    LoadListen(reader, options);
    options.admin_socket = reader.AbsolutePath("socket", options.admin_socket);
    reader.Finish();
  }
  if (options.admin_socket.size() <= kMaxSocketPathBytes) return;
  // Without `admin` it is the path of `state_dir` that is too long.
  agent.Error(node != nullptr ? *node : *agent.Take("state_dir"),
              {"the path of the admin socket is longer than 107 bytes, which is all that a socket "
               "can have: ",
               Quoted(options.admin_socket)});
}

void LoadNames(LoadContext& context, MapReader& reader, AgentOptions& options) {
  std::optional<std::string> node_name = context.environment.variable("NODE_NAME");
  if (node_name.value_or("").empty()) node_name = context.environment.host_name;
  options.node_name = reader.String("node_name", *std::move(node_name));
  const std::optional<ConfigText> cluster_name = reader.Text("cluster_name");
  if (cluster_name.has_value()) options.cluster_name = cluster_name->text;
  options.id_key = reader.String("id_key", std::string(kPublishedIdKey));
}

}  // namespace

AgentOptions LoadAgentSection(LoadContext& context, const std::vector<YamlEntry>& entries) {
  const AgentOptions defaults;
  AgentOptions options;
  const Place place = entries.empty() ? Place() : entries.front().key->place();
  MapReader reader(context, entries, place, "\"agent\"");
  options.state_dir = reader.AbsolutePath("state_dir", defaults.state_dir);
  options.memory_limit_bytes =
      reader.Bytes("memory_limit", kMemoryLimitRange, defaults.memory_limit_bytes);
  options.workers = LoadWorkers(reader);
  options.log_level = LoadLogLevel(reader);
  options.shutdown_timeout =
      reader.Duration("shutdown_timeout", {milliseconds(0), hours(1)}, defaults.shutdown_timeout);
  options.reload = LoadReload(reader);
  options.core_dumps = reader.Boolean("core_dumps", defaults.core_dumps);
  LoadNames(context, reader, options);
  options.max_read_rate_bytes = LoadReadRate(reader);
  LoadAdmin(context, reader, options);
  reader.Finish();
  return options;
}

}  // namespace tailrace
