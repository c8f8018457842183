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
      if (record.refused && !redactor_.LooksAt(kMessageField)) RedactMessage(batch, i);
      if (IsValidUtf8(record.original)) return;  // Then nothing needs it.
      if (redactor_.RedactText(record.original, kMessageField, rewritten_)) {
        record.original = batch.arena().Copy(rewritten_);
      }
    });
  }

  bool TakesRejected() const override { return true; }

 private:
  void RedactMessage(StageBatch& batch, size_t index) {
    for (Field& field : batch.fields(index)) {
      if (field.name != kMessageField || field.kind != FieldKind::kText) continue;
      if (redactor_.RedactText(field.value, kMessageField, rewritten_)) {
        field.value = batch.arena().Copy(rewritten_);
      }
    }
  }

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
