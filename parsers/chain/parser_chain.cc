#include "parsers/chain/parser_chain.h"

#include <algorithm>

#include "parsers/chain/preset_steps.h"
#include "parsers/patterns/capture_type.h"

namespace tailrace {
namespace {

// What the format itself leaves to be done to the fields from `begin` on.
void Dress(const ParserPlan::Alternative& alternative, FieldList& fields, size_t begin,
           ByteArena& arena) {
  for (size_t i = begin; i < fields.size(); ++i) {
    Field& field = fields[i];
    field.ours |= alternative.ours;
    if (alternative.types.empty() || field.kind != FieldKind::kText) continue;
    const auto type = alternative.types.find(field.name);
    if (type == alternative.types.end()) continue;
    const bool ours = field.ours;
    field = TypedField(field.name, field.value, type->second, arena);
    field.ours = ours;
  }
}

}  // namespace

ParserChain::ParserChain(ParserPlanPtr plan) : plan_(std::move(plan)) {
  for (const ParserPlan::Alternative& alternative : plan_->alternatives()) {
    formats_.push_back(alternative.maker ? alternative.maker() : nullptr);
    presets_.push_back(alternative.preset ? std::make_unique<PresetSteps>(alternative.preset)
                                          : nullptr);
  }
}

ParserChain::~ParserChain() = default;
ParserChain::ParserChain(ParserChain&&) noexcept = default;

void ParserChain::Parse(std::span<ChainJob> jobs, ByteArena& arena) {
  open_.clear();
  for (size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].alternative = ChainJob::kRefused;
    jobs[i].time = ChainTime::kNone;
    open_.push_back(i);
  }
  for (size_t alternative = 0; alternative < formats_.size() && !open_.empty(); ++alternative) {
    if (formats_[alternative] != nullptr) {
      RunFormat(alternative, jobs, arena);
    } else if (presets_[alternative] != nullptr) {
      RunPreset(alternative, jobs, arena);
    } else {
      for (const size_t job : open_) jobs[job].alternative = alternative;
    }
    open_.erase(std::remove_if(open_.begin(), open_.end(),
                               [jobs](size_t job) { return jobs[job].parsed(); }),
                open_.end());
  }
}

void ParserChain::RunFormat(size_t alternative, std::span<ChainJob> jobs, ByteArena& arena) {
  format_jobs_.clear();
  for (const size_t job : open_) {
    format_jobs_.push_back({.text = jobs[job].text, .fields = jobs[job].fields});
  }
  // A format appends, so what a list holds before tells which fields are new.
  begins_.clear();
  for (const ParseJob& job : format_jobs_) begins_.push_back(job.fields->size());
  formats_[alternative]->Parse(format_jobs_, arena);
  const ParserPlan::Alternative& plan = plan_->alternatives()[alternative];
  const bool dress = plan.ours || !plan.types.empty();
  for (size_t i = 0; i < open_.size(); ++i) {
    if (!format_jobs_[i].parsed) continue;
    ChainJob& job = jobs[open_[i]];
    job.alternative = alternative;
    if (dress) Dress(plan, *job.fields, begins_[i], arena);
  }
}

void ParserChain::RunPreset(size_t alternative, std::span<ChainJob> jobs, ByteArena& arena) {
  preset_jobs_.clear();
  for (const size_t job : open_) preset_jobs_.push_back(jobs[job]);
  presets_[alternative]->Parse(preset_jobs_, arena);
  for (size_t i = 0; i < open_.size(); ++i) {
    if (!preset_jobs_[i].parsed()) continue;
    ChainJob& job = jobs[open_[i]];
    job = preset_jobs_[i];
    job.alternative = alternative;
  }
}

}  // namespace tailrace
