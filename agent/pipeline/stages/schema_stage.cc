#include "agent/pipeline/stages/schema_stage.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "agent/base/strings.h"
#include "agent/lang/field_path.h"

namespace tailrace {
namespace {

constexpr size_t kNameBytesMax = 32;  // Of those in the tables.

bool IsHttpStatus(std::string_view text) {
  return text.size() == 3 && text[0] >= '1' && text[0] <= '5' && text[1] >= '0' && text[1] <= '9' &&
         text[2] >= '0' && text[2] <= '9';
}

bool Fits(const Field& field, SchemaValue value) {
  switch (value) {
    case SchemaValue::kAny:
      return field.kind < FieldKind::kNull;
    case SchemaValue::kText:
      return field.is_string();
    case SchemaValue::kNumber:
      return field.kind == FieldKind::kNumber;
    case SchemaValue::kHttpStatus:
      return (field.is_string() || field.kind == FieldKind::kNumber) && IsHttpStatus(field.value);
  }
  return false;
}

class Naming final : public Stage {
 public:
  explicit Naming(std::span<const SchemaName> names) : names_(names) {
    for (size_t i = 0; i < names.size(); ++i) {
      ranks_.emplace(names[i].from, i);
      goals_.insert(names[i].to);
    }
  }

  void Run(StageBatch& batch) override {
    batch.selected().ForEach([&](size_t i) { Rename(batch.fields(i)); });
  }

 private:
  static constexpr size_t kNobody = static_cast<size_t>(-1);
  struct Found {
    size_t rank = 0;  // Position in the table.
    size_t field = 0;
  };

  void Rename(FieldList& fields) {
    found_.clear();
    taken_.clear();
    for (size_t i = 0; i < fields.size(); ++i) {
      if (const auto goal = goals_.find(fields[i].name); goal != goals_.end()) {
        taken_.push_back(*goal);
        if (fields[i].ours) continue;
      }
      const size_t rank = RankOf(fields[i].name);
      if (rank != kNobody && Fits(fields[i], names_[rank].value)) found_.push_back({rank, i});
    }
    // Of one name that comes twice the last one counts.
    std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
      return a.rank != b.rank ? a.rank < b.rank : a.field > b.field;
    });
    for (const Found& found : found_) {
      Field& field = fields[found.field];
      const std::string_view to = names_[found.rank].to;
      const bool is_own = field.name == to;
      const bool is_taken = std::find(taken_.begin(), taken_.end(), to) != taken_.end();
      if (is_taken && !is_own) continue;
      field.name = to;
      field.ours = true;
      taken_.push_back(to);
    }
  }

  size_t RankOf(std::string_view name) const {
    std::array<char, kNameBytesMax> folded;
    size_t size = 0;
    for (const char c : name) {
      if (c == '_' || c == '-' || c == '.') continue;
      if (size == folded.size()) return kNobody;
      folded[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const auto found = ranks_.find(std::string_view(folded.data(), size));
    return found == ranks_.end() ? kNobody : found->second;
  }

  const std::span<const SchemaName> names_;
  absl::flat_hash_map<std::string_view, size_t, StringHash, StringEqual> ranks_;
  absl::flat_hash_set<std::string_view, StringHash, StringEqual> goals_;
  std::vector<Found> found_;
  std::vector<std::string_view> taken_;  // Standard names that the record has.
};

}  // namespace

StageMaker SchemaStage(SchemaStandard standard) {
  return [standard](const StageSetup&) { return std::make_unique<Naming>(SchemaNames(standard)); };
}

}  // namespace tailrace
