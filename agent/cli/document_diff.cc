#include "agent/cli/document_diff.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "agent/base/strings.h"
#include "agent/json/json_dom.h"
#include "agent/json/json_writer.h"

namespace tailrace {
namespace {

constexpr std::string_view kMissing = "(missing)";
// What the agent adds to every document.
constexpr std::string_view kAgentFields[] = {"@timestamp", "host",     "kubernetes",
                                             "labels",     "log.file", "log.iostream",
                                             "log.offset", "event.id", "orchestrator"};

using FlatFields = std::map<std::string, std::string>;

void Render(JsonValue value, JsonWriter& json) {
  switch (value.type()) {
    case JsonType::kMissing:
    case JsonType::kNull:
      json.Null();
      return;
    case JsonType::kBool:
      json.Bool(*value.AsBool());
      return;
    case JsonType::kNumber:
      if (const std::optional<int64_t> whole = value.AsInt(); whole) {
        json.Int(*whole);
      } else {
        json.Double(value.AsDouble().value_or(std::nan("")));
      }
      return;
    case JsonType::kString:
      json.String(*value.AsString());
      return;
    case JsonType::kObject:
      json.BeginObject();
      value.ForEachMember([&](std::string_view name, JsonValue member) {
        json.Key(name);
        Render(member, json);
      });
      json.EndObject();
      return;
    case JsonType::kArray:
      json.BeginArray();
      value.ForEachElement([&](JsonValue element) { Render(element, json); });
      json.EndArray();
      return;
  }
}

std::string Rendered(JsonValue value) {
  std::string text;
  JsonWriter json(&text);
  Render(value, json);
  return text;
}

// 5.0 and 5 are one number.
bool SameValue(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const bool numbers = !a.empty() && !b.empty() &&
                       a.find_first_not_of("0123456789+-.eE") == std::string::npos &&
                       b.find_first_not_of("0123456789+-.eE") == std::string::npos;
  return numbers && std::strtod(a.c_str(), nullptr) == std::strtod(b.c_str(), nullptr);
}

void Flatten(JsonValue object, const std::string& prefix, FlatFields& fields) {
  object.ForEachMember([&](std::string_view name, JsonValue value) {
    const std::string path = Concat({prefix, prefix.empty() ? "" : ".", name});
    if (value.type() == JsonType::kObject && value.Size() > 0) {
      Flatten(value, path, fields);
    } else {
      fields[path] = Rendered(value);
    }
  });
}

bool IsAgentField(std::string_view path) {
  return std::any_of(std::begin(kAgentFields), std::end(kAgentFields), [&](std::string_view own) {
    return path.starts_with(own) && (path.size() == own.size() || path[own.size()] == '.');
  });
}

std::optional<FlatFields> ReadFields(std::string_view text) {
  JsonReader reader;
  const absl::StatusOr<JsonValue> object = reader.Parse(text);
  if (!object.ok() || object->type() != JsonType::kObject) return std::nullopt;
  FlatFields fields;
  Flatten(*object, "", fields);
  return fields;
}

}  // namespace

std::vector<Difference> CompareDocuments(std::string_view expected, std::string_view got,
                                         Exactness exactness) {
  const std::optional<FlatFields> wanted = ReadFields(expected);
  const std::optional<FlatFields> there = ReadFields(got);
  if (!wanted || !there) return {{"the document", std::string(expected), std::string(got)}};
  std::vector<Difference> differences;
  for (const auto& [path, value] : *wanted) {
    const auto found = there->find(path);
    if (found == there->end()) {
      differences.push_back({path, value, std::string(kMissing)});
    } else if (!SameValue(value, found->second)) {
      differences.push_back({path, value, found->second});
    }
  }
  if (exactness == Exactness::kMayHaveMore) return differences;
  for (const auto& [path, value] : *there) {
    if (!wanted->contains(path) && !IsAgentField(path)) {
      differences.push_back({path, std::string(kMissing), value});
    }
  }
  return differences;
}

}  // namespace tailrace
