// A filter up to the first newline, and a JSON object behind it: what parses prints as something
// that parses to the same, matches a record alone as in a batch and the same when printed, and
// holds to what it says of itself without running. The first line is tried as a template, a field
// path and an address as well; what is rendered is at most what stands in the record.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/check.h"
#include "agent/json/json_walker.h"
#include "agent/lang/compiled_filter.h"
#include "agent/lang/ip_range.h"
#include "agent/lang/quantity.h"
#include "agent/lang/syntax_error.h"
#include "agent/lang/value_template.h"

namespace tailrace {
namespace {

constexpr size_t kFilterMax = 2000;
constexpr size_t kRecordMax = 4000;

std::string_view LabelOf(std::string_view label) { return label == "namespace" ? "shop" : ""; }

// The fields of `json`, which has padding behind it; none where it is no object, or has a name
// twice.
FieldList FieldsOf(std::string_view json) {
  FieldList fields;
  JsonWalker walker;
  JsonFields members;
  const bool is_object = walker.Walk(json, members) == WalkResult::kObject;
  if (!is_object || members.traits().duplicate_names) return fields;
  for (const JsonField& member : members.all()) {
    Field field{.name = member.key(json), .value = member.value(json)};
    // The kinds of JSON stand in the same order in both.
    field.kind = static_cast<FieldKind>(static_cast<int>(member.kind) +
                                        static_cast<int>(FieldKind::kJsonString));
    if (field.is_string()) field.value = field.value.substr(1, field.value.size() - 2);
    fields.push_back(field);
  }
  return fields;
}

bool MatchesBothWays(const CompiledFilter& filter, const std::vector<FieldList>& records) {
  FilterScratch scratch;
  const StreamFilter of_stream = filter.BindStream(LabelOf);
  const RecordMask all = RecordMask::FirstOnes(records.size());
  const bool matches = filter.Match(of_stream, records, all, scratch).Has(0);
  CHECK(filter.MatchesOne(of_stream, records[0], scratch) == matches);
  return matches;
}

void CheckFilter(std::string_view text, FilterNames names, const std::vector<FieldList>& records) {
  const absl::StatusOr<Filter> filter = Filter::Parse(text, names);
  if (!filter.ok()) {
    CHECK(SyntaxErrorOffset(filter.status()) <= text.size());
    return;
  }
  for (const FilterNode* comparison : filter->comparisons()) {
    CHECK(comparison->offset + comparison->length <= text.size());
  }
  const std::string canonical = filter->ToString();
  const absl::StatusOr<Filter> printed = Filter::Parse(canonical, names);
  CHECK(printed.ok() && printed->ToString() == canonical);
  const absl::StatusOr<CompiledFilter> compiled = CompiledFilter::Compile(*filter, {});
  const absl::StatusOr<CompiledFilter> again = CompiledFilter::Compile(*printed, {});
  CHECK(compiled.ok() == again.ok());
  if (!compiled.ok()) return;
  const bool matches = MatchesBothWays(*compiled, records);
  CHECK(MatchesBothWays(*again, records) == matches);
  CHECK(!matches || !filter->IsNeverTrue());
  CHECK(matches || !filter->IsAlwaysTrue());
}

void CheckOthers(std::string_view text, const FieldList& record, size_t record_size) {
  const absl::StatusOr<ValueTemplate> value = ValueTemplate::Parse(text, {});
  if (value.ok()) {
    ByteArena arena;
    const size_t bound = text.size() + ValueTemplate::kNamesMax * (record_size + 8);
    CHECK(value->Render(record, LabelOf, arena).size() <= bound);
  }
  const absl::StatusOr<FieldPath> path = FieldPath::Parse(text);
  if (path.ok()) {
    CHECK(*FieldPath::Parse(path->ToString()) == *path);
    CHECK(path->Find(record).text.size() <= record_size);
  }
  const absl::StatusOr<IpRange> range = IpRange::Parse(text);
  if (range.ok() && text.find_first_of("/-") == std::string_view::npos) {
    CHECK(range->Contains(*ReadIpAddress(text)));
  }
  const std::optional<double> duration = ReadDuration(text);
  CHECK(!duration.has_value() || ReadDuration(DurationText(*duration)) == duration);
  const std::optional<double> bytes = ReadBytes(text);
  CHECK(!bytes.has_value() || ReadBytes(BytesText(*bytes)) == bytes);
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tailrace;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find('\n');
  if (end == std::string_view::npos || end > kFilterMax || size - end > kRecordMax) return 0;
  const std::string_view text = input.substr(0, end);
  std::string json(input.substr(end + 1));
  const size_t json_size = json.size();
  json.append(JsonWalker::kReadBeyond, '\0');
  const std::vector<FieldList> records = {FieldsOf(std::string_view(json).substr(0, json_size))};
  CheckFilter(text, FilterNames::kFieldPaths, records);
  CheckFilter(text, FilterNames::kLabels, records);
  CheckOthers(text, records[0], json_size);
  return 0;
}
