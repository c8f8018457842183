// The Reloader takes a running agent to a new config: at each request (SIGHUP), and with `watch`
// whenever the config's files have changed and stayed so for one look.
//
// Invariants
//   (1) A config with an error changes nothing: it is logged, counted and forgotten.
//   (2) One reload at a time; requests that come meanwhile make one more.
//
// Threads    The control thread. It reads the config's files there, which holds up nothing but
//            the admin endpoint.
// Ownership  Borrows everything it is given.
// Cost       With `watch` a stat of each file every kWatchInterval.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/metrics.h"
#include "agent/cli/topology.h"
#include "agent/config/config_stamp.h"
#include "agent/config/expansion.h"
#include "agent/net/event_loop.h"
#include "agent/yaml/diagnostics.h"

namespace tailrace {

inline constexpr std::chrono::milliseconds kWatchInterval{500};
// While workers begin with a new config.
inline constexpr std::chrono::milliseconds kReloadLook{10};
// While lanes of sinks that are gone drain.
inline constexpr std::chrono::milliseconds kTidyInterval{250};

// Loads one config time and again, and knows whether it has changed since.
class ConfigLoader {
 public:
  ConfigLoader(std::string path, const LoadEnvironment& environment);

  // As LoadConfig.
  std::optional<Config> Load(Diagnostics& diagnostics);
  // Its files are not what they were at the last Load, and are what they were at the last look.
  bool Changed();

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const LoadEnvironment& environment_;
  std::vector<std::string> named_;  // The files that the config refers to.
  ConfigStamp loaded_;
  ConfigStamp seen_;
};

class Reloader {
 public:
  Reloader(EventLoop& loop, ConfigLoader& loader, Topology& topology, MetricRegistry& registry,
           const Clock& clock);

  // From here on the files are watched.
  void Watch();
  void Request();

 private:
  void LookAtFiles();
  void Begin();
  void Reject(const std::string& why);
  void LookAtProgress();
  void Tidy();

  ConfigLoader& loader_;
  Topology& topology_;
  const Clock& clock_;
  Counter& ok_;
  Counter& rejected_;
  Gauge& last_successful_;
  Gauge& last_success_seconds_;
  Gauge& took_seconds_;
  Timer watch_timer_;
  Timer progress_timer_;
  Timer tidy_timer_;
  bool under_way_ = false;
  bool requested_ = false;  // While one is under way.
  MonotonicTime begun_at_{};
};

}  // namespace tailrace
