#include "tests/judge/server/faults.h"

#include <map>
#include <nlohmann/json.hpp>

namespace tailrace {
namespace {

const std::map<std::string, double Faults::*> kProbabilities = {
    {"item_429", &Faults::item_429},
    {"item_503", &Faults::item_503},
    {"item_403", &Faults::item_403},
    {"item_400", &Faults::item_400},
    {"conflict_after_store", &Faults::conflict_after_store},
    {"whole_probability", &Faults::whole_probability},
    {"reset_before_apply", &Faults::reset_before_apply},
    {"reset_after_apply", &Faults::reset_after_apply},
    {"truncate_answer", &Faults::truncate_answer},
};
const std::map<std::string, int64_t Faults::*> kNumbers = {
    {"whole_status", &Faults::whole_status},
    {"answer_delay_ms", &Faults::answer_delay_ms},
    {"max_content_length", &Faults::max_content_length},
    {"roll_over_when_ambiguous_ms", &Faults::roll_over_when_ambiguous_ms},
};
const std::map<std::string, bool Faults::*> kSwitches = {
    {"black_hole", &Faults::black_hole},
    {"hold_answers", &Faults::hold_answers},
    {"listening", &Faults::listening},
};

bool Set(const std::string& key, const nlohmann::json& value, Faults* faults) {
  if (const auto found = kProbabilities.find(key); found != kProbabilities.end()) {
    if (!value.is_number() || value < 0.0 || value > 1.0) return false;
    faults->*found->second = value.get<double>();
    return true;
  }
  if (const auto found = kNumbers.find(key); found != kNumbers.end()) {
    if (!value.is_number_integer() || value < 0) return false;
    faults->*found->second = value.get<int64_t>();
    return true;
  }
  if (const auto found = kSwitches.find(key); found != kSwitches.end()) {
    if (!value.is_boolean()) return false;
    faults->*found->second = value.get<bool>();
    return true;
  }
  if (key != "authorization" || !value.is_string()) return false;
  faults->authorization = value.get<std::string>();
  return true;
}

}  // namespace

bool Faults::Update(std::string_view json, std::string* error) {
  const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) {
    *error = "not a JSON object";
    return false;
  }
  Faults changed = *this;
  for (const auto& [key, value] : object.items()) {
    if (Set(key, value, &changed)) continue;
    *error = key + ": no such fault, or not a value for it";
    return false;
  }
  *this = changed;
  return true;
}

}  // namespace tailrace
