#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>
#include <optional>
#include <utility>

#include "agent/base/log.h"
#include "agent/base/version.h"
#include "agent/cli/balance.h"
#include "agent/cli/commands.h"
#include "agent/cli/control_loop.h"
#include "agent/cli/lookup_refresh.h"
#include "agent/cli/memory_secrecy.h"
#include "agent/cli/observation.h"
#include "agent/cli/once_watch.h"
#include "agent/cli/reload.h"
#include "agent/config/load_config.h"
#include "agent/state/state_lock.h"

namespace tailrace {
namespace {

// Large blocks go back to the kernel when they are freed, and few arenas keep the rest, so that
// what the agent holds is what its budgets say.
void TuneMalloc() {
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
  mallopt(M_ARENA_MAX, 2);
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::vector<std::string> SinkNames(const Config& config) {
  std::vector<std::string> names;
  for (const SinkConfig& sink : config.sinks) names.push_back(sink.plan.options.name);
  return names;
}

int Fail(const absl::Status& status) {
  LogError("cannot run", {{"error", std::string(FromAbsl(status.message()))}});
  return kExitFailures;
}

absl::StatusOr<std::unique_ptr<AdminServer>> OpenAdmin(const Config& config, EventLoop& loop,
                                                       AdminInputs inputs, const Clock& clock) {
  AdminOptions options;
  options.listen = config.agent.admin_listen;
  options.socket_path = config.agent.admin_socket;
  return AdminServer::Open(loop, std::move(options), std::move(inputs), clock);
}

int PrintSummary(const Config& config, const MetricRegistry& registry, double seconds) {
  const Balance balance = TakeBalance(registry, SinkNames(config));
  std::printf("%s\n", RenderSummary(balance, seconds, CpuSeconds()).c_str());
  std::fflush(stdout);
  return balance.balanced() && balance.rejected() == 0 ? kExitOk : kExitFailures;
}

int RunLocked(const Config& config, const RunOptions& options, ConfigLoader& loader) {
  const SystemClock clock;
  MetricRegistry registry;
  absl::StatusOr<std::unique_ptr<ControlLoop>> control = ControlLoop::Open(clock);
  if (!control.ok()) return Fail(control.status());
  auto topology = Topology::Build(config, options, registry, clock);
  if (!topology.ok()) return Fail(topology.status());
  absl::StatusOr<std::unique_ptr<AdminServer>> admin =
      OpenAdmin(config, (*control)->loop(), ObserveTopology(**topology, registry), clock);
  if (!admin.ok()) {
    if (!options.once) return Fail(admin.status());
    LogWarn("no admin endpoint", {{"error", std::string(FromAbsl(admin.status().message()))}});
  }
  const LookupRefresh lookups((*control)->loop(),
                              [&topology]() -> const std::vector<PipelineOptions>& {
                                return (*topology)->plan().options().pipelines;
                              },
                              registry);
  Reloader reloader((*control)->loop(), loader, **topology, registry, clock);
  if (config.agent.reload == ReloadMode::kWatch && !options.once) reloader.Watch();
  const MonotonicTime begin = clock.Now();
  LogInfo("started", {{"version", kVersion}, {"node", config.agent.node_name}});
  (*topology)->Start();
  std::optional<OnceWatch> once_watch;
  if (options.once) {
    once_watch.emplace((*control)->loop(), clock,
                       [&] { return ObserveOnce(config, **topology, registry); },
                       [&] { (*topology)->Stop(clock.Now()); });
  }
  // What --once reads is one config's from the beginning to the end.
  const absl::Status ended = (*control)->RunUntilEnded(**topology, [&] {
    if (!options.once) reloader.Request();
  });
  if (!ended.ok()) {
    LogError("ended without the last checkpoints: those bytes are read again",
             {{"error", std::string(FromAbsl(ended.message()))}});
  }
  const std::chrono::duration<double> seconds = clock.Now() - begin;
  LogInfo("ended");
  if (!options.once) return kExitOk;
  const int exit_code = PrintSummary(config, registry, seconds.count());
  return once_watch->gave_up() ? kExitFailures : exit_code;
}

}  // namespace

int RunAgent(const std::string& config_path, const RunOptions& options,
             const LoadEnvironment& environment) {
  TuneMalloc();
  // Before the first secret is read.
  const rlimit core_limit = ForbidCoreDumps();
  Diagnostics diagnostics;
  ConfigLoader loader(config_path, environment);
  const std::optional<Config> config = loader.Load(diagnostics);
  std::fputs(diagnostics.Render().c_str(), stderr);
  if (!config) return kExitConfig;
  SetLogLevel(config->agent.log_level);
  if (config->agent.core_dumps) AllowCoreDumps(core_limit);
  if (options.no_state) return RunLocked(*config, options, loader);
  absl::StatusOr<StateLock> lock = StateLock::Acquire(config->agent.state_dir);
  if (!lock.ok()) {
    const bool in_use = lock.status().code() == absl::StatusCode::kUnavailable;
    LogError(in_use ? "the state directory is in use" : "cannot use the state directory",
             {{"error", std::string(FromAbsl(lock.status().message()))}});
    if (in_use) return kExitStateInUse;
  }
  return RunLocked(*config, options, loader);
}

}  // namespace tailrace
