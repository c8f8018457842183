#include "agent/cli/reload.h"

#include <utility>

#include "agent/base/log.h"
#include "agent/base/status.h"
#include "agent/config/load_config.h"

namespace tailrace {
namespace {

constexpr double kNanosPerSecond = 1e9;

Counter& Reloads(MetricRegistry& registry, const char* result) {
  return registry.GetCounter("tailrace_config_reloads_total",
                             "Reloads of the config, by what came of them.", {{"result", result}});
}

}  // namespace

ConfigLoader::ConfigLoader(std::string path, const LoadEnvironment& environment)
    : path_(std::move(path)), environment_(environment) {}

std::optional<Config> ConfigLoader::Load(Diagnostics& diagnostics) {
  // Before they are read, so that a later write shows.
  const ConfigStamp before = ConfigStamp::Take(path_, named_, seen_);
  std::vector<std::string> named;
  LoadEnvironment environment;
  environment.host_name = environment_.host_name;
  environment.variable = [this](std::string_view name) { return environment_.variable(name); };
  environment.refers_to = [&named](std::string_view path) { named.emplace_back(path); };
  std::optional<Config> config = LoadConfig(path_, environment, diagnostics);
  named_ = std::move(named);
  loaded_ = ConfigStamp::Take(path_, named_, before).WithThoseOf(before);
  seen_ = loaded_;
  return config;
}

bool ConfigLoader::Changed() {
  const ConfigStamp before = std::exchange(seen_, ConfigStamp::Take(path_, named_, seen_));
  return !(seen_ == loaded_) && seen_ == before;
}

Reloader::Reloader(EventLoop& loop, ConfigLoader& loader, Topology& topology,
                   MetricRegistry& registry, const Clock& clock)
    : loader_(loader),
      topology_(topology),
      clock_(clock),
      ok_(Reloads(registry, "ok")),
      rejected_(Reloads(registry, "rejected")),
      last_successful_(registry.GetGauge("tailrace_config_last_reload_successful",
                                         "1 unless the last config was rejected.")),
      last_success_seconds_(
          registry.GetGauge("tailrace_config_last_reload_success_timestamp_seconds",
                            "When the config that runs was taken, since the epoch.")),
      took_seconds_(registry.GetGauge("tailrace_config_last_reload_seconds",
                                      "How long the last reload took until all workers ran it.")),
      watch_timer_(loop),
      progress_timer_(loop),
      tidy_timer_(loop) {
  last_successful_.Set(1);
  last_success_seconds_.Set(static_cast<double>(clock.WallNanos()) / kNanosPerSecond);
}

void Reloader::Watch() {
  watch_timer_.Start(kWatchInterval, [this] { LookAtFiles(); });
}

void Reloader::LookAtFiles() {
  if (loader_.Changed()) Request();
  Watch();
}

void Reloader::Request() {
  if (under_way_) {
    requested_ = true;
  } else {
    Begin();
  }
}

void Reloader::Begin() {
  begun_at_ = clock_.Now();
  Diagnostics diagnostics;
  const std::optional<Config> config = loader_.Load(diagnostics);
  if (!config) return Reject(diagnostics.Render());
  const absl::StatusOr<std::vector<std::string>> begun = topology_.Reload(*config);
  if (!begun.ok()) return Reject(std::string(FromAbsl(begun.status().message())));
  if (diagnostics.warnings() > 0) {
    LogWarn("the new config has warnings", {{"diagnostics", diagnostics.Render()}});
  }
  for (const std::string& name : *begun) {
    LogWarn("takes effect at the next start", {{"key", name}});
  }
  SetLogLevel(topology_.config().agent.log_level);
  under_way_ = true;
  LookAtProgress();
}

void Reloader::Reject(const std::string& why) {
  rejected_.Add(1);
  last_successful_.Set(0);
  LogError("the new config is not taken; the old one goes on",
           {{"path", loader_.path()}, {"diagnostics", why}});
}

void Reloader::LookAtProgress() {
  if (!topology_.reloaded()) {
    progress_timer_.Start(kReloadLook, [this] { LookAtProgress(); });
    return;
  }
  const std::chrono::duration<double> took = clock_.Now() - begun_at_;
  took_seconds_.Set(took.count());
  last_successful_.Set(1);
  last_success_seconds_.Set(static_cast<double>(clock_.WallNanos()) / kNanosPerSecond);
  ok_.Add(1);
  const Config& config = topology_.config();
  LogInfo("config reloaded", {{"seconds", std::to_string(took.count())},
                              {"sources", std::to_string(config.sources.size())},
                              {"pipelines", std::to_string(config.pipelines.size())},
                              {"sinks", std::to_string(config.sinks.size())}});
  under_way_ = false;
  Tidy();
  if (std::exchange(requested_, false)) Begin();
}

void Reloader::Tidy() {
  if (topology_.Tidy()) tidy_timer_.Start(kTidyInterval, [this] { Tidy(); });
}

}  // namespace tailrace
