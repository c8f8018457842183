#include "agent/pipeline/stages/flatten_stage.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/pipeline/stages/field_edit.h"
#include "agent/pipeline/stages/value_edit.h"

namespace tailrace {
namespace {

bool IsEmptyObject(std::string_view object) { return !JsonMembers(object).Next(); }

class Flattening final : public Stage {
 public:
  Flattening(std::shared_ptr<const FlattenOptions> options, Counter& failures)
      : options_(std::move(options)), failures_(failures) {}

  void Run(StageBatch& batch) override {
    arena_ = &batch.arena();
    kept_objects_ = 0;
    batch.selected().ForEach([&](size_t i) {
      if (options_->fields.empty()) {
        FlattenAll(batch.fields(i));
      } else {
        for (const FieldPath& path : options_->fields) FlattenOne(batch.fields(i), path);
      }
    });
    if (kept_objects_ > 0) failures_.Add(kept_objects_);
  }

 private:
  void FlattenAll(FieldList& fields) {
    const bool any = std::any_of(fields.begin(), fields.end(), [](const Field& field) {
      return field.kind == FieldKind::kObject;
    });
    if (!any) return;
    flat_.clear();
    for (const Field& field : fields) Add(field, options_->depth);
    fields.swap(flat_);
  }

  void FlattenOne(FieldList& fields, const FieldPath& path) {
    if (path.Find(fields).kind != FieldKind::kObject) return;
    flat_.clear();
    const auto whole = std::find_if(fields.rbegin(), fields.rend(), [&](const Field& field) {
      return field.name == path.name() && field.kind == FieldKind::kObject;
    });
    if (whole == fields.rend()) {
      const FieldValue value = TakeField(fields, path, *arena_);
      flat_ = fields;
      Add({path.name(), value.text, value.kind}, options_->depth);
    } else {
      for (Field& field : fields) Add(field, &field == &*whole ? options_->depth : 0);
    }
    fields.swap(flat_);
  }

  // `field`, or the fields that are in it.
  void Add(const Field& field, size_t levels) {
    if (field.kind != FieldKind::kObject || levels == 0 || IsEmptyObject(field.value)) {
      flat_.push_back(field);
      return;
    }
    if (flat_.size() >= FlattenOptions::kFieldsMax) {
      ++kept_objects_;
      flat_.push_back(field);
      return;
    }
    for (JsonMembers members(field.value); members.Next();) {
      Field member = FieldOfToken(NameBelow(field.name, members.name()), members.value());
      member.ours = field.ours;
      Add(member, levels - 1);
    }
  }

  // `raw` is spelled as in JSON.
  std::string_view NameBelow(std::string_view root, std::string_view raw) {
    const size_t bound = root.size() + 1 + raw.size();
    char* const name = arena_->Allocate(bound);
    char* out = std::copy(root.begin(), root.end(), name);
    *out++ = '.';
    const auto size = static_cast<size_t>(UnescapeTo(out, raw) - name);
    arena_->Shrink(bound - size);
    return {name, size};
  }

  const std::shared_ptr<const FlattenOptions> options_;
  Counter& failures_;
  ByteArena* arena_ = nullptr;  // Of the batch at hand.
  FieldList flat_;
  uint64_t kept_objects_ = 0;
};

}  // namespace

StageMaker FlattenStage(FlattenOptions options) {
  auto shared = std::make_shared<const FlattenOptions>(std::move(options));
  return [shared](const StageSetup& setup) {
    return std::make_unique<Flattening>(shared, *setup.failures);
  };
}

}  // namespace tailrace
