// What the admin endpoint says of a running topology: its health, and the status page.
//
// Threads    Made and asked by the control thread; reads counters of all others.
// Ownership  Topology and registry outlive what is returned.
#pragma once

#include "agent/admin/admin_server.h"
#include "agent/cli/once_watch.h"
#include "agent/cli/topology.h"

namespace tailrace {

AdminInputs ObserveTopology(const Topology& topology, const MetricRegistry& registry);

// What `run --once` still waits for.
OnceState ObserveOnce(const Config& config, const Topology& topology,
                      const MetricRegistry& registry);

}  // namespace tailrace
