#include "agent/config/config_diff.h"

#include <algorithm>
#include <utility>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

const std::string& NameOf(const SourceConfig& source) { return source.tail.name; }
const std::string& NameOf(const SinkConfig& sink) { return sink.plan.options.name; }

template <typename Item>
size_t FindByName(const std::vector<Item>& items, const std::string& name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& i) { return NameOf(i) == name; });
  return static_cast<size_t>(found - items.begin());
}

template <typename Item>
std::vector<ItemDiff> DiffItems(const std::vector<Item>& before, const std::vector<Item>& after) {
  std::vector<ItemDiff> diffs;
  for (const Item& item : after) {
    const size_t position = FindByName(before, NameOf(item));
    if (position == before.size()) {
      diffs.push_back({ItemFate::kAdded, 0});
    } else {
      diffs.push_back({item == before[position] ? ItemFate::kKept : ItemFate::kChanged, position});
    }
  }
  return diffs;
}

template <typename Item>
std::vector<size_t> Removed(const std::vector<Item>& before, const std::vector<Item>& after) {
  std::vector<size_t> removed;
  for (size_t i = 0; i < before.size(); ++i) {
    if (FindByName(after, NameOf(before[i])) == after.size()) removed.push_back(i);
  }
  return removed;
}

// What the reader, the workers and the admin server were made with. `visit(name, member)` for each.
template <typename Visit>
void ForEachFixed(Visit&& visit) {
  visit("state_dir", &AgentOptions::state_dir);
  visit("memory_limit", &AgentOptions::memory_limit_bytes);
  visit("workers", &AgentOptions::workers);
  visit("core_dumps", &AgentOptions::core_dumps);
  visit("node_name", &AgentOptions::node_name);
  visit("cluster_name", &AgentOptions::cluster_name);
  visit("id_key", &AgentOptions::id_key);
  visit("max_read_rate", &AgentOptions::max_read_rate_bytes);
  visit("admin.listen", &AgentOptions::admin_listen);
  visit("admin.socket", &AgentOptions::admin_socket);
  visit("reload", &AgentOptions::reload);
}

}  // namespace

ConfigDiff DiffConfigs(const Config& before, const Config& after) {
  ConfigDiff diff;
  diff.sources = DiffItems(before.sources, after.sources);
  diff.sinks = DiffItems(before.sinks, after.sinks);
  diff.removed_sources = Removed(before.sources, after.sources);
  diff.removed_sinks = Removed(before.sinks, after.sinks);
  ForEachFixed([&](const char* name, auto member) {
    if (before.agent.*member != after.agent.*member) {
      diff.at_next_start.push_back(Concat({"agent.", name}));
    }
  });
  // A framer is made with them; files that are found later have the new ones.
  for (size_t i = 0; i < after.sources.size(); ++i) {
    if (diff.sources[i].fate != ItemFate::kChanged) continue;
    const TailSourceOptions& was = before.sources[diff.sources[i].before].tail;
    const TailSourceOptions& is = after.sources[i].tail;
    const auto note = [&](const char* name) {
      diff.at_next_start.push_back(
          Concat({"sources.", is.name, ".", name, " of the files that are open"}));
    };
    if (was.format != is.format) note("format");
    if (was.max_line_bytes != is.max_line_bytes) note("max_line");
  }
  return diff;
}

bool TakesPayloadsOf(const SinkConfig& after, const SinkConfig& before) {
  return after.type == before.type && after.plan.form == before.plan.form &&
         after.plan.auto_id == before.plan.auto_id &&
         after.plan.id_in_address == before.plan.id_in_address;
}

Config WithoutRestart(const Config& before, Config after) {
  ForEachFixed([&](const char*, auto member) { after.agent.*member = before.agent.*member; });
  return after;
}

}  // namespace tailrace
