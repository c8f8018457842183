#include "agent/pipeline/pipeline_options.h"

namespace tailrace {

void RenumberIds(const std::vector<SourceId>& sources, const std::vector<SinkId>& sinks,
                 std::vector<PipelineOptions>& pipelines) {
  for (PipelineOptions& pipeline : pipelines) {
    for (SourceId& source : pipeline.from) source = sources[source.value()];
    for (SinkId& sink : pipeline.to) sink = sinks[sink.value()];
    for (BranchOptions& branch : pipeline.branches) {
      for (SinkId& sink : branch.to) sink = sinks[sink.value()];
    }
  }
}

}  // namespace tailrace
