// `sample`, `throttle` and `dedupe`.
#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/stages/stage_loaders.h"
#include "agent/config/units.h"
#include "agent/pipeline/stages/dedupe_stage.h"
#include "agent/pipeline/stages/record_key.h"
#include "agent/pipeline/stages/sample_stage.h"
#include "agent/pipeline/stages/throttle_stage.h"

namespace tailrace {
namespace {

constexpr IntegerRange kKeysRange = {1, 1 << 20};
constexpr double kRateMax = 1e12;
// What the windows hold is read again after a crash, so they are no long ones.
constexpr DurationRange kWindowRange = {std::chrono::seconds(1), std::chrono::minutes(10)};
constexpr IntegerRange kWindowsRange = {1, 1 << 16};

// A label of the stream by its plain name, or a field; `.name` is always a field.
std::optional<RecordKey> LoadKey(StageLoad& load, const YamlNode& node, std::string_view key) {
  std::vector<const YamlNode*> nodes = {&node};
  if (node.kind() == YamlNode::Kind::kSequence) nodes = node.items();
  std::vector<RecordKey::Part> parts;
  for (const YamlNode* item : nodes) {
    if (item->kind() == YamlNode::Kind::kScalar && load.scope.IsLabel(item->text())) {
      parts.push_back({item->text(), {}});
      continue;
    }
    std::optional<FieldPath> path;
    if (item->kind() == YamlNode::Kind::kScalar && item->text().starts_with('.')) {
      absl::StatusOr<FieldPath> own = FieldPath::Parse(std::string_view(item->text()).substr(1));
      if (own.ok()) {
        load.spec.uses.push_back(*own);
        path = *std::move(own);
      }
    }
    if (!path) path = LoadPath(load, *item, key, PathUse::kRead);
    if (!path) return std::nullopt;
    parts.push_back({"", *std::move(path)});
  }
  return RecordKey(std::move(parts));
}

// The number before `unit`; nullopt when there is none.
std::optional<double> NumberBefore(std::string_view text, std::string_view unit) {
  if (!text.ends_with(unit)) return std::nullopt;
  text.remove_suffix(unit.size());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> LoadPart(MapReader& reader) {
  reader.Require("rate");
  const std::optional<ConfigText> text = reader.Text("rate", "a part such as 10%");
  if (!text) return std::nullopt;
  const std::optional<double> percent = NumberBefore(text->text, "%");
  if (percent && *percent >= 0 && *percent <= 100) return *percent / 100;
  reader.Error(*text->node, {"\"rate\": expected a part from 0% to 100%, such as 10% or 0.5%"});
  return std::nullopt;
}

// Tokens, with their unit.
struct Amount {
  ThrottleUnit unit = ThrottleUnit::kBytes;
  double tokens = 0;
};

std::optional<Amount> LoadRate(MapReader& reader) {
  reader.Require("rate");
  const std::optional<ConfigText> text =
      reader.Text("rate", "a rate such as 5MiB/s, or 100/s for records");
  if (!text) return std::nullopt;
  if (const std::optional<double> records = NumberBefore(text->text, "/s");
      records && *records > 0 && *records <= kRateMax) {
    return Amount{ThrottleUnit::kRecords, *records};
  }
  const absl::StatusOr<int64_t> bytes = ParseByteRate(text->text);
  if (bytes.ok() && *bytes > 0) return Amount{ThrottleUnit::kBytes, static_cast<double>(*bytes)};
  reader.Error(*text->node,
               {"\"rate\": expected a rate above 0, such as 5MiB/s, or 100/s for records"});
  return std::nullopt;
}

// What one second brings, when it is not there.
std::optional<double> LoadBurst(MapReader& reader, const Amount& rate) {
  const std::optional<ConfigText> text = reader.Text("burst", "an amount such as 10MiB");
  if (!text) {
    if (reader.Has("burst")) return std::nullopt;
    return rate.unit == ThrottleUnit::kRecords ? std::max(rate.tokens, 1.0) : rate.tokens;
  }
  if (rate.unit == ThrottleUnit::kRecords) {
    const std::optional<double> records = NumberBefore(text->text, "");
    if (records && *records >= 1 && *records <= kRateMax) return records;
    reader.Error(*text->node, {"\"burst\": expected a number of records, since \"rate\" is one"});
    return std::nullopt;
  }
  const absl::StatusOr<int64_t> bytes = ParseBytes(text->text);
  if (bytes.ok() && *bytes > 0) return static_cast<double>(*bytes);
  reader.Error(*text->node, {"\"burst\": expected a size such as 10MiB, since \"rate\" is one"});
  return std::nullopt;
}

}  // namespace

std::optional<StageMaker> LoadSample(StageLoad& load, const YamlNode& value) {
  MapReader reader(load.context, value, value.place(), "the stage \"sample\"");
  const std::optional<double> rate = LoadPart(reader);
  SampleOptions options;
  bool good = rate.has_value();
  if (const YamlNode* node = reader.Take("key"); node != nullptr) {
    std::optional<RecordKey> key = LoadKey(load, *node, "key");
    good &= key.has_value();
    if (key) options.key = *std::move(key);
  }
  if (const YamlNode* node = reader.Take("unless"); node != nullptr) {
    options.unless = LoadFilter(load, *node, "unless");
    good &= options.unless.has_value();
  }
  reader.Finish();
  if (!good) return std::nullopt;
  options.rate = *rate;
  return SampleStage(std::move(options));
}

std::optional<StageMaker> LoadThrottle(StageLoad& load, const YamlNode& value) {
  constexpr std::array<std::string_view, 2> kActions = {"delay", "drop"};
  MapReader reader(load.context, value, value.place(), "the stage \"throttle\"");
  ThrottleOptions options;
  options.action = static_cast<ThrottleAction>(reader.Choice("action", kActions));
  const std::optional<Amount> rate = LoadRate(reader);
  std::optional<double> burst;
  if (rate) burst = LoadBurst(reader, *rate);
  options.buckets.max_keys = static_cast<size_t>(
      reader.Integer("max_keys", kKeysRange, static_cast<int64_t>(options.buckets.max_keys)));
  std::optional<RecordKey> per = RecordKey();
  const YamlNode* per_node = reader.Take("per");
  if (per_node != nullptr) per = LoadKey(load, *per_node, "per");
  reader.Finish();
  if (!burst || !per) return std::nullopt;
  if (options.action == ThrottleAction::kDelay && !per->of_stream()) {
    reader.Error(*per_node,
                 {"\"per\": what delays whole files takes labels of their streams alone, such as "
                  "[namespace, pod]; fields of records are for \"action: drop\""});
    return std::nullopt;
  }
  options.per = *std::move(per);
  options.unit = rate->unit;
  options.buckets.rate_per_second = rate->tokens;
  options.buckets.burst = *burst;
  const bool delays = options.action == ThrottleAction::kDelay;
  auto throttle = std::make_shared<Throttle>(std::move(options));
  if (delays) load.spec.delay = throttle;
  return ThrottleStage(std::move(throttle));
}

std::optional<StageMaker> LoadDedupe(StageLoad& load, const YamlNode& value) {
  MapReader reader(load.context, value, value.place(), "the stage \"dedupe\"");
  auto options = std::make_shared<DedupeOptions>();
  options->window = reader.Duration("window", kWindowRange, options->window);
  options->max_keys = static_cast<size_t>(
      reader.Integer("max_keys", kWindowsRange, static_cast<int64_t>(options->max_keys)));
  std::optional<RecordKey> by = RecordKey();
  const YamlNode* by_node = reader.Take("by");
  if (by_node != nullptr) by = LoadKey(load, *by_node, "by");
  reader.Finish();
  if (!by) return std::nullopt;
  if (by_node != nullptr && by->of_stream()) {
    reader.Error(*by_node, {"\"by\": all records of a stream have the same labels; name a field of "
                            "the record, such as message"});
    return std::nullopt;
  }
  options->by = *std::move(by);
  for (const std::string_view made : {kDedupeCountField, kDedupeSinceField}) {
    load.spec.makes.push_back(*FieldPath::Parse(made));
  }
  load.spec.dedupe = options;
  return DedupeStage(std::move(options));
}

}  // namespace tailrace
