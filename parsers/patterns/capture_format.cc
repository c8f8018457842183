#include "parsers/patterns/capture_format.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "parsers/patterns/capture_type.h"

namespace tailrace {
namespace {

struct FieldPlan {
  std::string name;
  CaptureType type = CaptureType::kText;
  bool repeated = false;  // An earlier capture has the same name.
};

// What all workers share.
template <class Pattern>
struct CapturePlan {
  Pattern pattern;
  std::vector<FieldPlan> fields;  // One a capture.
};

std::vector<FieldPlan> PlanFields(std::vector<RegexCapture> captures, const FieldTypes& types) {
  std::vector<FieldPlan> fields;
  for (RegexCapture& capture : captures) {
    const auto type = types.find(capture.name);
    const bool repeated = std::any_of(fields.begin(), fields.end(), [&](const FieldPlan& field) {
      return field.name == capture.name;
    });
    fields.push_back(
        {std::move(capture.name), type == types.end() ? capture.type : type->second, repeated});
  }
  return fields;
}

Field* FindFrom(FieldList& fields, size_t begin, std::string_view name) {
  const auto found = std::find_if(fields.begin() + static_cast<ptrdiff_t>(begin), fields.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

template <class Pattern>
class Captures final : public Format {
 public:
  explicit Captures(std::shared_ptr<const CapturePlan<Pattern>> plan)
      : plan_(std::move(plan)), values_(plan_->fields.size()) {}

  void Parse(std::span<ParseJob> jobs, ByteArena& arena) override {
    for (ParseJob& job : jobs) {
      job.parsed = plan_->pattern.Match(job.text, values_);
      if (job.parsed) Append(*job.fields, arena);
    }
  }

 private:
  void Append(FieldList& fields, ByteArena& arena) const {
    const size_t begin = fields.size();
    for (size_t i = 0; i < values_.size(); ++i) {
      const FieldPlan& plan = plan_->fields[i];
      if (values_[i].empty() || plan.name.empty()) continue;
      const Field field = plan.type == CaptureType::kText
                              ? Field{.name = plan.name,
                                      .value = values_[i],
                                      .kind = FieldKind::kText,
                                      .ours = true}
                              : TypedField(plan.name, values_[i], plan.type, arena);
      Field* earlier = plan.repeated ? FindFrom(fields, begin, plan.name) : nullptr;
      if (earlier != nullptr) {
        *earlier = field;
      } else {
        fields.push_back(field);
      }
    }
  }

  const std::shared_ptr<const CapturePlan<Pattern>> plan_;
  std::vector<std::string_view> values_;
};

template <class Pattern>
FormatMaker MakeCaptures(Pattern pattern, std::vector<RegexCapture> captures,
                         const FieldTypes& types) {
  const auto plan = std::make_shared<const CapturePlan<Pattern>>(
      CapturePlan<Pattern>{std::move(pattern), PlanFields(std::move(captures), types)});
  return [plan] { return std::make_unique<Captures<Pattern>>(plan); };
}

}  // namespace

FormatMaker CaptureFormat(LinePattern pattern, const FieldTypes& types) {
  std::vector<RegexCapture> captures = pattern.captures();
  return MakeCaptures(std::move(pattern), std::move(captures), types);
}

FormatMaker CaptureFormat(LiteralPattern pattern, const FieldTypes& types) {
  std::vector<RegexCapture> captures;
  for (const std::string& name : pattern.names()) captures.push_back({name});
  return MakeCaptures(std::move(pattern), std::move(captures), types);
}

}  // namespace tailrace
