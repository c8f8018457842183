#include "agent/pipeline/parse_stage.h"

namespace tailrace {

void ParseStage::Run(const CompiledPipeline& pipeline, const RecordBatch& batch,
                     ParsedBodies& bodies) {
  bodies.assign(batch.size(), BodyKind::kText);
  if (!pipeline.parse_json) return;
  uint64_t refused = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    bodies[i] = ParseJson(pipeline, batch.Text(batch.bodies[i]));
    refused += bodies[i] == BodyKind::kRefused;
  }
  if (refused > 0) flow_.parse_errors.Add(refused);
}

BodyKind ParseStage::ParseJson(const CompiledPipeline& pipeline, std::string_view body) noexcept {
  switch (walker_.Walk(body, fields_)) {
    case WalkResult::kObject:
      break;
    case WalkResult::kScalarOrArray:
      return BodyKind::kText;  // Valid, and without names: it is the message.
    default:
      return BodyKind::kRefused;
  }
  if (fields_.size() == 0) return BodyKind::kEmptyObject;
  if (fields_.traits().needs_rewrite()) return BodyKind::kUnsafeMembers;
  // Below `into` no name can pose as one of ours.
  if (pipeline.into.empty() && pipeline.reserved.AnyInTheWay(body, fields_)) {
    return BodyKind::kUnsafeMembers;
  }
  return BodyKind::kMembers;
}

}  // namespace tailrace
