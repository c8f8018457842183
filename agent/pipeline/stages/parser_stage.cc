#include "agent/pipeline/stages/parser_stage.h"

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "agent/pipeline/stages/field_edit.h"
#include "parsers/chain/parser_chain.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

class Parsing final : public Stage {
 public:
  Parsing(std::shared_ptr<const ParserStageOptions> options, Counter& failures)
      : options_(std::move(options)), failures_(failures), chain_(options_->plan) {}

  void Run(StageBatch& batch) override {
    jobs_.clear();
    records_.clear();
    uint64_t failures = 0;
    batch.selected().ForEach([&](size_t i) {
      if (!AddJob(batch, i)) {
        Refuse(batch, i);
        ++failures;
      }
    });
    if (parsed_.size() < jobs_.size()) parsed_.resize(jobs_.size());
    for (size_t job = 0; job < jobs_.size(); ++job) {
      parsed_[job].clear();
      jobs_[job].fields = &parsed_[job];
    }
    chain_.Parse(jobs_, batch.arena());
    for (size_t job = 0; job < jobs_.size(); ++job) {
      if (jobs_[job].parsed()) {
        Take(batch, job);
      } else {
        Refuse(batch, records_[job]);
        ++failures;
      }
    }
    if (failures > 0) failures_.Add(failures);
  }

 private:
  bool AddJob(StageBatch& batch, size_t record) {
    const FieldValue value = options_->from.Find(batch.fields(record));
    if (value.missing()) return false;
    ChainJob& job = jobs_.emplace_back();
    job.text = value.text;
    if (value.escaped()) job.text = batch.arena().Copy(TextOf(value, unescaped_));
    job.reference_nanos = clock_.Parse(batch.record(record).time).value_or(0);
    records_.push_back(record);
    return true;
  }

  void Refuse(StageBatch& batch, size_t record) const {
    switch (options_->on_error) {
      case OnParseError::kKeep:
        batch.record(record).refused = true;
        return;
      case OnParseError::kDrop:
        return batch.End(record, Fate::kDropped);
      case OnParseError::kDeadLetter:
        batch.record(record).refused = true;
        return batch.End(record, Fate::kRejected);
    }
  }

  void Take(StageBatch& batch, size_t job) {
    FieldList& fields = batch.fields(records_[job]);
    FieldList& parsed = parsed_[job];
    const ParserPlan::Alternative& parser = options_->plan->alternatives()[jobs_[job].alternative];
    const bool makes_fields = parser.maker != nullptr || parser.preset != nullptr;
    if (makes_fields) TakeField(fields, options_->from, batch.arena());
    for (Field& field : parsed) {
      if (!options_->into.empty()) GoBelow(field, batch.arena());
      DropEarlier(fields, field.name);
    }
    fields.insert(fields.end(), parsed.begin(), parsed.end());
    if (jobs_[job].time == ChainTime::kRead) {
      char* const time = batch.arena().Allocate(kUtcTimeBytes);
      FormatUtc(jobs_[job].time_nanos, time);
      batch.record(records_[job]).time = {time, kUtcTimeBytes};
    } else if (jobs_[job].time == ChainTime::kUnreadable) {
      failures_.Add(1);
    }
  }

  // A field of before, from the config or not, has given way to a parsed one of its name.
  static void DropEarlier(FieldList& fields, std::string_view name) {
    std::erase_if(fields, [&](const Field& field) { return field.name == name; });
  }

  void GoBelow(Field& field, ByteArena& arena) const {
    const size_t size = options_->into.size() + 1 + field.name.size();
    char* const name = arena.Allocate(size);
    std::memcpy(name, options_->into.data(), options_->into.size());
    name[options_->into.size()] = '.';
    std::memcpy(name + options_->into.size() + 1, field.name.data(), field.name.size());
    field.name = {name, size};
    field.ours = true;
  }

  const std::shared_ptr<const ParserStageOptions> options_;
  Counter& failures_;
  ParserChain chain_;
  TimestampReader clock_;
  std::vector<ChainJob> jobs_;
  std::vector<size_t> records_;    // By job: of the batch.
  std::vector<FieldList> parsed_;  // By job.
  std::string unescaped_;
};

}  // namespace

StageMaker ParserStage(ParserStageOptions options) {
  auto shared = std::make_shared<const ParserStageOptions>(std::move(options));
  return [shared](const StageSetup& setup) {
    return std::make_unique<Parsing>(shared, *setup.failures);
  };
}

}  // namespace tailrace
