#include "agent/pipeline/stages/timestamp_stage.h"

#include <memory>
#include <string>
#include <utility>

#include "agent/pipeline/stages/field_edit.h"
#include "parsers/time_layout_reader.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

class Timing final : public Stage {
 public:
  Timing(std::shared_ptr<const TimestampOptions> options, Counter& failures)
      : options_(std::move(options)), failures_(failures) {
    for (const TimeLayout& layout : options_->layouts) readers_.emplace_back(layout);
  }

  void Run(StageBatch& batch) override {
    uint64_t failures = 0;
    batch.selected().ForEach([&](size_t i) {
      const FieldValue value = options_->field.Find(batch.fields(i));
      if (value.missing() || !Read(TextOf(value, unescaped_), batch, i)) {
        ++failures;
        return;
      }
      TakeField(batch.fields(i), options_->field, batch.arena());
    });
    if (failures > 0) failures_.Add(failures);
  }

 private:
  bool Read(std::string_view text, StageBatch& batch, size_t record) {
    const int64_t reference = clock_.Parse(batch.record(record).time).value_or(0);
    char* const out = batch.arena().Allocate(kUtcTimeBytes);
    for (LayoutReader& reader : readers_) {
      if (!reader.ParseToUtc(text, reference, out)) continue;
      batch.record(record).time = {out, kUtcTimeBytes};
      return true;
    }
    batch.arena().Shrink(kUtcTimeBytes);
    return false;
  }

  const std::shared_ptr<const TimestampOptions> options_;
  Counter& failures_;
  std::vector<LayoutReader> readers_;
  TimestampReader clock_;
  std::string unescaped_;
};

}  // namespace

StageMaker TimestampStage(TimestampOptions options) {
  auto shared = std::make_shared<const TimestampOptions>(std::move(options));
  return [shared](const StageSetup& setup) {
    return std::make_unique<Timing>(shared, *setup.failures);
  };
}

}  // namespace tailrace
