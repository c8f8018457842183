#include "agent/pipeline/stages/redact_stage.h"

#include <memory>
#include <string>
#include <utility>

#include "agent/json/utf8.h"

namespace tailrace {
namespace {

class Redacting final : public Stage {
 public:
  explicit Redacting(Redactor redactor) : redactor_(std::move(redactor)) {}

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) {
      redactor_.Redact(batch.fields(i), batch.arena(), batch.batch().Text(batch.batch().bodies[i]));
      StageRecord& record = batch.record(i);
      if (IsValidUtf8(record.original)) return;  // Then nothing needs it.
      if (redactor_.RedactText(record.original, kMessageField, rewritten_)) {
        record.original = batch.arena().Copy(rewritten_);
      }
    });
  }

 private:
  Redactor redactor_;
  std::string rewritten_;
};

}  // namespace

StageMaker RedactStage(Redactor redactor) {
  return [redactor = std::move(redactor)](const StageSetup&) {
    return std::make_unique<Redacting>(redactor);
  };
}

}  // namespace tailrace
