#include "parsers/patterns/capture_format.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "parsers/patterns/capture_type.h"

namespace tailrace {
namespace {

// What all workers share.
struct CapturePlan {
  explicit CapturePlan(LinePattern line_pattern) : pattern(std::move(line_pattern)) {
    const std::vector<RegexCapture>& captures = pattern.captures();
    repeated.resize(captures.size());
    for (size_t i = 0; i < captures.size(); ++i) {
      repeated[i] = std::any_of(captures.begin(), captures.begin() + static_cast<ptrdiff_t>(i),
                                [&](const RegexCapture& c) { return c.name == captures[i].name; });
    }
  }

  LinePattern pattern;
  std::vector<bool> repeated;  // An earlier capture has the same name.
};

class Captures final : public Format {
 public:
  explicit Captures(std::shared_ptr<const CapturePlan> plan)
      : plan_(std::move(plan)), values_(plan_->pattern.captures().size()) {}

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
      const RegexCapture& capture = plan_->pattern.captures()[i];
      if (values_[i].empty() || capture.name.empty()) continue;
      const Field field = TypedField(capture.name, values_[i], capture.type, arena);
      Field* earlier = plan_->repeated[i] ? FindFrom(fields, begin, capture.name) : nullptr;
      if (earlier != nullptr) {
        *earlier = field;
      } else {
        fields.push_back(field);
      }
    }
  }

  static Field* FindFrom(FieldList& fields, size_t begin, std::string_view name) {
    const auto found = std::find_if(fields.begin() + static_cast<ptrdiff_t>(begin), fields.end(),
                                    [&](const Field& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
  }

  const std::shared_ptr<const CapturePlan> plan_;
  std::vector<std::string_view> values_;
};

}  // namespace

FormatMaker CaptureFormat(LinePattern pattern) {
  return [plan = std::make_shared<const CapturePlan>(std::move(pattern))] {
    return std::make_unique<Captures>(plan);
  };
}

}  // namespace tailrace
