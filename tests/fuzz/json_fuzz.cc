// Any bytes: the walk agrees with nlohmann/json, twice (the second walk may follow what the first
// one learnt), and what is spliced is one line of valid JSON in which no name stands twice.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "agent/base/check.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_walker.h"
#include "agent/json/safe_object.h"
#include "agent/json/utf8.h"

namespace tailrace {
namespace {

constexpr size_t kMaxReferenceBytes = 4096;

bool IsJson(std::string_view text) { return nlohmann::json::accept(text.begin(), text.end()); }

std::string Padded(std::string_view text) {
  return std::string(text) + std::string(JsonWalker::kReadBeyond, '}');
}

bool Accepts(WalkResult result) {
  return result == WalkResult::kObject || result == WalkResult::kScalarOrArray;
}

void CheckSpliced(JsonWalker& walker, std::string_view text, const JsonFields& fields) {
  static const ReservedNames kReserved;
  SafeObjectBuilder builder;
  const SafeObject object = builder.Build(text, fields, kReserved, EventUse::kExtract);
  std::string document = "{\"log\":0";
  if (!object.event_members.empty()) {
    document.append(",\"event\":{").append(object.event_members).append("}");
  }
  if (!object.members.empty()) document.append(",").append(object.members);
  document += "}";
  CHECK(document.find('\n') == std::string::npos);
  const size_t size = document.size();
  document = Padded(document);
  JsonFields spliced;
  const WalkResult result = walker.Walk(std::string_view(document).substr(0, size), spliced);
  CHECK(result == WalkResult::kObject || result == WalkResult::kTooManyNames);
  if (result == WalkResult::kObject) CHECK(!spliced.traits().needs_rewrite());
}

void CheckStrings(std::string_view text) {
  std::string escaped;
  AppendEscaped(text, escaped);
  CHECK(IsJson("\"" + escaped + "\""));
  std::string back;
  AppendUnescaped(escaped, back);
  CHECK(!IsValidUtf8(text) || (back == text && escaped.size() == EscapedSize(text)));
  AppendUnescaped(text, back);
}

void CheckText(std::string_view text) {
  JsonWalker walker;
  JsonFields fields;
  const std::string padded = Padded(text);
  const std::string_view walked = std::string_view(padded).substr(0, text.size());
  const WalkResult first = walker.Walk(walked, fields);
  const JsonTraits traits = first == WalkResult::kObject ? fields.traits() : JsonTraits{};
  CHECK(walker.Walk(walked, fields) == first);
  if (first == WalkResult::kObject) {
    CHECK(traits.needs_rewrite() == fields.traits().needs_rewrite());
    CheckSpliced(walker, walked, fields);
  }
  // The reference takes a NUL for the end of the text and skips a BOM; it refuses numbers that
  // overflow and lone surrogates, which RFC 8259 leaves open.
  if (text.size() > kMaxReferenceBytes || text.find('\0') != std::string_view::npos) return;
  if (first == WalkResult::kInvalid) CHECK(!IsJson(text) || text.starts_with("\xef\xbb\xbf"));
  if (!Accepts(first)) return;
  const bool surrogates = text.find("\\u") != std::string_view::npos;
  const bool may_overflow = text.find_first_of("eE") != std::string_view::npos || text.size() > 300;
  CHECK(IsJson(text) || surrogates || may_overflow);
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tailrace::CheckText(text);
  tailrace::CheckStrings(text);
  return 0;
}
