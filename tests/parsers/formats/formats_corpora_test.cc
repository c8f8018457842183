// Texts of other projects through our formats: go-syslog's for what is valid, VRL's for the fields.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "parsers/formats/csv_format.h"
#include "parsers/formats/json_format.h"
#include "parsers/formats/key_value_format.h"
#include "parsers/formats/klog_format.h"
#include "parsers/formats/logfmt_format.h"
#include "parsers/formats/syslog_format.h"
#include "parsers/time_layout_reader.h"
#include "parsers/timestamp.h"
#include "tests/parsers/formats/format_run.h"
#include "tests/parsers/formats/rust_values.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path Corpora() {
  const char* corpora = std::getenv("TAILRACE_CORPORA");
  return corpora != nullptr ? corpora : "../shared/corpora";
}

std::vector<Json> ReadLines(const fs::path& path) {
  std::ifstream in(path);
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

// Any time of this year, for texts whose expected year is that of the test's run.
constexpr std::string_view kNow = "2026-06-15T12:00:00Z";
constexpr std::string_view kYear = "2026";

int64_t Nanos(std::string_view rfc3339) {
  TimestampReader reader;
  return reader.Parse(rfc3339).value_or(0);
}

std::string ToUtc(std::string_view layout, std::string_view zone, std::string_view text) {
  const absl::StatusOr<TimeLayout> compiled = TimeLayout::Compile(layout, zone);
  if (!compiled.ok()) return "bad layout";
  LayoutReader reader(*compiled);
  char out[kUtcTimeBytes];
  return reader.ParseToUtc(text, Nanos(kNow), out) ? std::string(out, kUtcTimeBytes) : "refused";
}

// The text within the first pair of `open` and `close` in an expression of Rust.
std::string Inside(const std::string& text, std::string_view open, std::string_view close) {
  const size_t begin = text.find(open);
  if (begin == std::string::npos) return "";
  const size_t end = text.find(close, begin + open.size());
  return text.substr(begin + open.size(), end - begin - open.size());
}

// An expression that makes a time, in the form of ToUtc.
std::string WantedTime(const std::string& rust) {
  if (const std::string parts = Inside(rust, "with_ymd_and_hms(", ").unwrap"); !parts.empty()) {
    int month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const size_t comma = parts.find(", ");
    std::sscanf(parts.c_str() + comma, ", %d, %d, %d, %d, %d", &month, &day, &hour, &minute,
                &second);
    const std::string year =
        parts.find("now") != std::string::npos ? std::string(kYear) : parts.substr(0, comma);
    char text[64];
    std::snprintf(text, sizeof(text), "%s-%02d-%02dT%02d:%02d:%02d.000000000Z", year.c_str(), month,
                  day, hour, minute, second);
    return text;
  }
  if (const std::string text = Inside(rust, "rfc2822(\"", "\""); !text.empty()) {
    return ToUtc("%a, %d %b %Y %H:%M:%S %z", "UTC", text);
  }
  std::string text = Inside(rust, "\"", "\"");
  if (text.starts_with("{}")) text.replace(0, 2, kYear);
  return ToUtc("rfc3339", "UTC", text);
}

std::unique_ptr<Format> MakeFormat(const std::string& fn, const Json& arguments) {
  if (fn == "parse_logfmt") return std::make_unique<LogfmtFormat>();
  if (fn == "parse_klog" || fn == "parse_glog") return std::make_unique<KlogFormat>();
  if (fn == "parse_syslog") return std::make_unique<SyslogFormat>();
  if (fn == "parse_json") return std::make_unique<JsonFormat>();
  if (fn == "parse_key_value") {
    KeyValueOptions options;
    options.pair_separator = arguments.value("field_delimiter", options.pair_separator);
    options.value_separator = arguments.value("key_value_delimiter", options.value_separator);
    return std::make_unique<KeyValueFormat>(options);
  }
  if (fn == "parse_csv") {
    CsvOptions options;
    options.delimiter = arguments.value("delimiter", options.delimiter);
    if (!options.Validate().ok()) return nullptr;
    return std::make_unique<CsvFormat>(options);
  }
  return nullptr;
}

// Brings our fields to the shape of VRL's result: a row is an array, elements of structured data
// stand at the root, times are instants.
Json InShapeOf(const std::string& fn, Json fields) {
  if (fn == "parse_csv") {
    Json row = Json::array();
    for (const auto& [name, value] : fields.items()) row.push_back(value);
    return row;
  }
  if (fn == "parse_syslog" && fields.contains("structured_data")) {
    const Json elements = fields["structured_data"];
    fields.erase("structured_data");
    fields.update(elements);
  }
  if (fields.contains("timestamp")) {
    const std::string layout = fn == "parse_syslog" ? "syslog" : "klog";
    fields["timestamp"] = ToUtc(layout, "UTC", fields["timestamp"].get<std::string>());
  }
  return fields;
}

struct VrlCase {
  std::string fn;
  Json arguments;
  std::optional<Json> wanted;  // nullopt: it is refused.
};

// Inputs that the tests make by code, by the names of the tests.
void AddMadeInput(const Json& line, Json& arguments) {
  const std::string name = line.value("name", "");
  if (name == "max_int") arguments["value"] = R"({"num": 9223372036854775806})";
  if (name == "json_bom") arguments["value"] = "\xef\xbb\xbf{}";
}

VrlCase ReadCase(const Json& line) {
  VrlCase c{.fn = line["fn"], .arguments = {}, .wanted = {}};
  if (line["kind"] == "example") {
    const std::string source = line["source"];
    const size_t open = source.find('(');
    c.arguments = ReadArguments(source.substr(open + 1, source.rfind(')') - open - 1));
    const std::string result = line["result"];
    Json wanted = Json::parse(result, nullptr, false);
    c.wanted = wanted.is_discarded() ? Json(result) : wanted;
    return c;
  }
  c.arguments = ReadArguments(line["args"].get<std::string>());
  AddMadeInput(line, c.arguments);
  c.wanted = ReadWanted(line["want"].get<std::string>());
  if (c.wanted.has_value() && c.wanted->is_object() && c.wanted->contains("timestamp")) {
    const std::string rust = (*c.wanted)["timestamp"];
    const std::string time = WantedTime(rust);
    if (time.size() == kUtcTimeBytes) (*c.wanted)["timestamp"] = time;
  }
  return c;
}

std::string JudgeTime(const VrlCase& c) {
  const std::string got =
      ToUtc(c.arguments.value("format", ""), c.arguments.value("timezone", "UTC"),
            c.arguments.value("value", ""));
  const std::string wanted = c.wanted->get<std::string>();
  const bool is_rust = wanted.starts_with(kExpression);
  const std::string time =
      is_rust ? WantedTime(wanted) : ToUtc("rfc3339", "UTC", Inside(wanted, "'", "'"));
  if (time.size() != kUtcTimeBytes) return "the wanted time cannot be read: " + wanted;
  return got == time ? "" : "wanted " + time + ", got " + got;
}

// "" or what is wrong.
std::string Judge(const VrlCase& c) {
  if (c.fn == "parse_timestamp") return JudgeTime(c);
  if (c.arguments.value("value", "").empty()) return "its input cannot be read";
  if (c.wanted.has_value() && c.wanted->dump().find(kExpression) != std::string::npos) {
    return "what it wants cannot be read: " + c.wanted->dump();
  }
  const std::unique_ptr<Format> format = MakeFormat(c.fn, c.arguments);
  if (format == nullptr) return c.wanted.has_value() ? "its options are refused" : "";
  const auto fields = ParseToJson(*format, c.arguments.value("value", ""));
  const std::string wanted = c.wanted.has_value() ? c.wanted->dump() : "refused";
  const std::string got = fields.has_value() ? InShapeOf(c.fn, *fields).dump() : "refused";
  if (c.wanted.has_value() && fields.has_value()) {
    // Without the order of the members.
    using Unordered = nlohmann::json;
    if (Unordered::parse(wanted) == Unordered::parse(got)) return "";
  }
  return wanted == got ? "" : "wanted " + wanted + ", got " + got;
}

// Why a case of a function that we have a parser for is not ours to judge; "" if it is.
std::string LeftOut(const Json& line) {
  const std::string text = line.value("source", line.value("args", ""));
  return text.find("max_depth") != std::string::npos ? "max_depth, an option that we do not have"
                                                     : "";
}

TEST(FormatsCorpora, VrlParsers) {
  const fs::path path = Corpora() / "vrl-parsers" / "cases.jsonl";
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
  const std::set<std::string> kOurs = {"parse_csv",       "parse_glog",     "parse_json",
                                       "parse_key_value", "parse_klog",     "parse_logfmt",
                                       "parse_syslog",    "parse_timestamp"};
  size_t passed = 0, cases = 0;
  std::map<std::string, size_t> left_out;
  for (const Json& line : ReadLines(path)) {
    const std::string fn = line["fn"];
    const std::string why =
        kOurs.count(fn) == 0 ? fn + ", no fixed format of parsers/formats" : LeftOut(line);
    if (!why.empty()) {
      ++left_out[why];
      continue;
    }
    ++cases;
    const std::string wrong = Judge(ReadCase(line));
    passed += wrong.empty() ? 1 : 0;
    if (!wrong.empty())
      std::printf("  %s: %s\n    %s\n", fn.c_str(), line.dump().c_str(), wrong.c_str());
  }
  for (const auto& [why, count] : left_out)
    std::printf("  left out: %zu of %s\n", count, why.c_str());
  std::printf("vrl-parsers %zu/%zu\n", passed, cases);
  EXPECT_GE(passed * 100, cases * 90);
}

TEST(FormatsCorpora, Syslog) {
  const fs::path root = Corpora() / "syslog";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not there";
  SyslogFormat format;
  size_t passed = 0, cases = 0;
  for (const char* file : {"rfc5424.jsonl", "rfc3164.jsonl"}) {
    for (const Json& line : ReadLines(root / file)) {
      ++cases;
      const bool valid = ParseToJson(format, line["input"].get<std::string>()).has_value();
      if (valid == line["valid"].get<bool>()) {
        ++passed;
      } else {
        std::printf("  %s: %s\n", valid ? "taken" : "refused", line["input"].dump().c_str());
      }
    }
  }
  std::printf("syslog %zu/%zu\n", passed, cases);
  EXPECT_GE(passed * 100, cases * 97);
}

}  // namespace
}  // namespace tailrace
