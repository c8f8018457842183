#include "agent/pipeline/parse_stage.h"

namespace tailrace {
namespace {

// After one very large batch the memory goes back.
constexpr size_t kArenaKeptBytes = 1 << 20;

}  // namespace

void ParseStage::Run(const CompiledPipeline& pipeline, const RecordBatch& batch,
                     ParsedBodies& bodies) {
  if (bodies.arena.capacity() > kArenaKeptBytes) bodies.arena = std::string();
  bodies.arena.clear();
  bodies.records.assign(batch.size(), ParsedBody{});
  if (!pipeline.parse_json) return;
  for (size_t i = 0; i < batch.size(); ++i) {
    ParseJson(pipeline, batch.Text(batch.bodies[i]), bodies.records[i], bodies.arena);
  }
}

void ParseStage::ParseJson(const CompiledPipeline& pipeline, std::string_view body,
                           ParsedBody& parsed, std::string& arena) {
  const WalkResult result = walker_.Walk(body, fields_);
  if (result == WalkResult::kScalarOrArray) return;  // Valid, and without names: the message.
  if (result != WalkResult::kObject) {
    parsed.kind = BodyKind::kRefused;
    flow_.parse_errors.Add(1);
    return;
  }
  parsed.kind = BodyKind::kMembers;
  const SafeObject object =
      pipeline.into.empty() ? builder_.Build(body, fields_, pipeline.reserved, EventUse::kExtract)
                            : BuildNested(body);
  if (object.duplicates > 0) flow_.duplicate_keys.Add(1);
  if (object.moved > 0) flow_.moved_fields.Add(1);
  parsed.members_length = static_cast<uint32_t>(object.members.size());
  if (!object.members.empty() && object.members.data() >= body.data() &&
      object.members.data() < body.data() + body.size()) {
    parsed.members_offset = static_cast<uint32_t>(object.members.data() - body.data());
  } else {
    parsed.in_arena = true;
    parsed.members_offset = static_cast<uint32_t>(arena.size());
    arena += object.members;
  }
  parsed.event_offset = static_cast<uint32_t>(arena.size());
  parsed.event_length = static_cast<uint32_t>(object.event_members.size());
  arena += object.event_members;
}

SafeObject ParseStage::BuildNested(std::string_view body) {
  SafeObject object;
  std::string_view text = body;
  const JsonFields* fields = &fields_;
  if (fields_.traits().needs_rewrite()) {
    object.duplicates = rewriter_.Rewrite(body, rewritten_, rewritten_fields_).duplicates;
    text = rewritten_;
    fields = &rewritten_fields_;
  }
  object.members = text.substr(fields->inner_offset(), fields->inner_length());
  return object;
}

}  // namespace tailrace
