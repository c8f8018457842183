#include "agent/pipeline/stages/field_stages.h"

#include <memory>
#include <utility>

#include "agent/pipeline/stages/field_edit.h"

namespace tailrace {
namespace {

// What may be read behind a value.
constexpr size_t kValuePadding = 16;

class Setting final : public Stage {
 public:
  explicit Setting(std::shared_ptr<const std::vector<SetField>> fields)
      : fields_(std::move(fields)) {}

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) {
      for (const SetField& set : *fields_) Set(set, batch, i);
    });
  }

 private:
  static void Set(const SetField& set, StageBatch& batch, size_t record) {
    FieldList& fields = batch.fields(record);
    if (set.kind != FieldKind::kText) {
      const std::string_view token =
          std::string_view(set.constant).substr(0, set.constant.size() - kValuePadding);
      return PutField(fields, set.path, token, set.kind, batch.arena());
    }
    if (const FieldPath* source = set.value.sole_field(); source != nullptr) {
      const FieldValue found = source->Find(fields);
      if (found.found) PutField(fields, set.path, found.text, found.kind, batch.arena());
      return;
    }
    const std::string_view text = set.value.Render(fields, batch.labels(), batch.arena());
    // What is constant lives in the template, without anything behind it.
    const std::string_view padded = set.value.is_constant() ? batch.arena().Copy(text) : text;
    PutField(fields, set.path, padded, FieldKind::kText, batch.arena());
  }

  const std::shared_ptr<const std::vector<SetField>> fields_;
};

class Renaming final : public Stage {
 public:
  explicit Renaming(std::shared_ptr<const std::vector<RenameField>> fields)
      : fields_(std::move(fields)) {}

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) {
      FieldList& fields = batch.fields(i);
      for (const RenameField& rename : *fields_) {
        const FieldValue value = TakeField(fields, rename.from, batch.arena());
        if (value.found) PutField(fields, rename.to, value.text, value.kind, batch.arena());
      }
    });
  }

 private:
  const std::shared_ptr<const std::vector<RenameField>> fields_;
};

using SharedPaths = std::shared_ptr<const std::vector<FieldPath>>;

class Removing final : public Stage {
 public:
  explicit Removing(SharedPaths paths) : paths_(std::move(paths)) {}

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) {
      for (const FieldPath& path : *paths_) TakeField(batch.fields(i), path, batch.arena());
    });
  }

 private:
  const SharedPaths paths_;
};

class Keeping final : public Stage {
 public:
  explicit Keeping(SharedPaths paths) : paths_(std::move(paths)) {}

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) {
      FieldList& fields = batch.fields(i);
      kept_.clear();
      for (const FieldPath& path : *paths_) Keep(path, fields);
      fields.swap(kept_);
    });
  }

 private:
  void Keep(const FieldPath& path, const FieldList& fields) {
    const FieldValue value = path.Find(fields);
    if (!value.found) return;
    for (const Field& field : fields) {
      if (field.value.data() != value.text.data() || field.name != path.name()) continue;
      kept_.push_back(field);  // A whole field stays as it is, with its own rights.
      return;
    }
    kept_.push_back({path.name(), value.text, value.kind, /*ours=*/true});
  }

  const SharedPaths paths_;
  FieldList kept_;
};

}  // namespace

StageMaker SetStage(std::vector<SetField> fields) {
  for (SetField& field : fields) {
    if (field.kind != FieldKind::kText) field.constant.append(kValuePadding, '\0');
  }
  auto shared = std::make_shared<const std::vector<SetField>>(std::move(fields));
  return [shared](const StageSetup&) { return std::make_unique<Setting>(shared); };
}

StageMaker RenameStage(std::vector<RenameField> fields) {
  auto shared = std::make_shared<const std::vector<RenameField>>(std::move(fields));
  return [shared](const StageSetup&) { return std::make_unique<Renaming>(shared); };
}

StageMaker RemoveStage(std::vector<FieldPath> fields) {
  auto shared = std::make_shared<const std::vector<FieldPath>>(std::move(fields));
  return [shared](const StageSetup&) { return std::make_unique<Removing>(shared); };
}

StageMaker KeepFieldsStage(std::vector<FieldPath> fields) {
  auto shared = std::make_shared<const std::vector<FieldPath>>(std::move(fields));
  return [shared](const StageSetup&) { return std::make_unique<Keeping>(shared); };
}

}  // namespace tailrace
