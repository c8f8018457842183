#include "agent/json/reserved_names.h"

#include <algorithm>

#include "agent/base/check.h"

namespace tailrace {
namespace {

// What Elasticsearch 8 and 9 and OpenSearch refuse, or take as instructions, at a document's root.
constexpr std::string_view kMetadataNames[] = {"_id",
                                               "_index",
                                               "_source",
                                               "_type",
                                               "_routing",
                                               "_field_names",
                                               "_ignored",
                                               "_ignored_source",
                                               "_doc_count",
                                               "_tier",
                                               "_seq_no",
                                               "_primary_term",
                                               "_version",
                                               "_nested_path",
                                               "_feature",
                                               "_tsid",
                                               "_parent",
                                               "_recovery_source",
                                               "_ts_routing_hash",
                                               "_data_stream_timestamp",
                                               "_inference_fields",
                                               "_size",
                                               "_meta",
                                               "_timestamp",
                                               "_ttl",
                                               "_all",
                                               "_uid"};

constexpr std::string_view kAlwaysRoots[] = {"kubernetes", "@timestamp", "log", "event.id"};

// Where the root would end is looked at first: that settles nearly all names that merely share a
// beginning with a root, such as `logger`.
bool IsSameOrBelow(std::string_view name, std::string_view root) {
  if (name.size() < root.size()) return false;
  if (name.size() > root.size() && name[root.size()] != '.') return false;
  return name.starts_with(root);
}

}  // namespace

ReservedNames::ReservedNames(std::span<const std::string_view> roots) {
  Add("message", Rule::kUnlessString);
  Add("event", Rule::kUnlessObject);
  for (std::string_view root : kAlwaysRoots) Add(root, Rule::kAlways);
  for (std::string_view root : kMetadataNames) Add(root, Rule::kAlways);
  for (std::string_view root : roots) {
    CHECK(!root.empty() && root != "app");
    Add(root, Rule::kAlways);
  }
  CHECK(roots_.size() <= kMaxRoots);
  std::stable_sort(roots_.begin(), roots_.end(),
                   [](const Root& a, const Root& b) { return a.bucket < b.bucket; });
  first_.fill(kNoRoot);
  for (size_t i = roots_.size(); i-- > 0;) first_[roots_[i].bucket] = static_cast<uint8_t>(i);
}

void ReservedNames::Add(std::string_view name, Rule rule) {
  Root root{.name = std::string(name), .rule = rule};
  if (name.size() > 1) {
    root.bucket = Bucket(name.data());
    roots_.push_back(root);
    return;
  }
  // After one byte comes what ends the name, or a dot.
  for (const char after : {'"', '.'}) {
    const char bytes[2] = {name.front(), after};
    root.bucket = Bucket(bytes);
    roots_.push_back(root);
  }
}

NameUse ReservedNames::CheckRoots(size_t first, std::string_view name,
                                  JsonKind kind) const noexcept {
  const size_t bucket = roots_[first].bucket;
  NameUse use = NameUse::kFree;
  for (size_t i = first; i < roots_.size() && roots_[i].bucket == bucket; ++i) {
    const Root& root = roots_[i];
    if (!IsSameOrBelow(name, root.name)) continue;
    const bool same = name.size() == root.name.size();
    switch (root.rule) {
      case Rule::kAlways:
        return NameUse::kReserved;
      case Rule::kUnlessString:
        if (!same || kind != JsonKind::kString) return NameUse::kReserved;
        break;
      case Rule::kUnlessObject:
        // Names below `event` are free, but for those that another root covers.
        if (same && kind != JsonKind::kObject) return NameUse::kReserved;
        if (same) use = NameUse::kEventObject;
        break;
    }
  }
  return use;
}

bool ReservedNames::IsReservedInEvent(std::string_view name) noexcept {
  return IsSameOrBelow(name, "id");
}

}  // namespace tailrace
