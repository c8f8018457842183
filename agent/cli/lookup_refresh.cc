#include "agent/cli/lookup_refresh.h"

#include <string>
#include <utility>

#include "agent/base/log.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

Counter& Reads(MetricRegistry& registry, const char* result) {
  return registry.GetCounter("tailrace_lookup_reads_total",
                             "Times that a file of a lookup was read again, by result.",
                             {{"result", result}});
}

}  // namespace

LookupRefresh::LookupRefresh(EventLoop& loop, Pipelines pipelines, MetricRegistry& registry)
    : pipelines_(std::move(pipelines)),
      reads_(Reads(registry, "read")),
      failures_(Reads(registry, "failed")),
      timer_(loop) {
  timer_.Start(kInterval, [this] { Refresh(); });
}

void LookupRefresh::Refresh() {
  for (const PipelineOptions& pipeline : pipelines_()) {
    for (const StageSpec& stage : pipeline.stages) {
      if (stage.lookup != nullptr) RefreshFile(*stage.lookup);
    }
  }
  timer_.Start(kInterval, [this] { Refresh(); });
}

void LookupRefresh::RefreshFile(LookupFile& file) {
  const absl::StatusOr<bool> read = file.Refresh();
  if (!read.ok()) {
    failures_.Add(1);
    LogWarn(
        "a lookup keeps its old table",
        {{"file", file.options().path}, {"error", std::string(FromAbsl(read.status().message()))}});
  } else if (*read) {
    reads_.Add(1);
    LogInfo("a lookup has a new table", {{"file", file.options().path}});
  }
}

}  // namespace tailrace
