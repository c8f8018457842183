#include "tests/parsers/formats/format_run.h"

#include <gtest/gtest.h>

#include <memory>

namespace tailrace {
namespace {

using Json = nlohmann::ordered_json;

// A text with exactly the padding that a parser may read.
class Padded {
 public:
  explicit Padded(std::string_view text)
      : size_(text.size()), bytes_(std::make_unique<char[]>(text.size() + kTextPaddingBytes)) {
    text.copy(bytes_.get(), text.size());
    // What ends or goes on with most things, so that a look beyond the end shows.
    constexpr std::string_view kFiller = "\"]= 1x";
    for (size_t i = 0; i < kTextPaddingBytes; ++i) {
      bytes_[text.size() + i] = kFiller[i % kFiller.size()];
    }
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  size_t size_;
  std::unique_ptr<char[]> bytes_;
};

Json ValueOf(const Field& field) {
  switch (field.kind) {
    case FieldKind::kText:
      return std::string(field.value);
    case FieldKind::kJsonString:
      return Json::parse("\"" + std::string(field.value) + "\"");
    default:
      return Json::parse(field.value);
  }
}

}  // namespace

Json ToJson(const FieldList& fields) {
  Json object = Json::object();
  for (const Field& field : fields) object[std::string(field.name)] = ValueOf(field);
  return object;
}

std::optional<Json> ParseToJson(Format& format, std::string_view text) {
  const Padded padded(text);
  ByteArena arena;
  const std::string_view kBefore = "before";
  FieldList fields = {{.name = kBefore, .value = kBefore}};
  ParseJob job{.text = padded.view(), .fields = &fields};
  format.Parse({&job, 1}, arena);
  EXPECT_EQ(fields.at(0).value, kBefore);
  if (!job.parsed) {
    EXPECT_EQ(fields.size(), 1u) << "a refused text left fields: " << text;
    return std::nullopt;
  }
  fields.erase(fields.begin());
  return ToJson(fields);
}

std::string ParseToText(Format& format, std::string_view text) {
  const std::optional<Json> json = ParseToJson(format, text);
  return json.has_value() ? json->dump(-1, ' ', false, Json::error_handler_t::replace) : "refused";
}

void ExpectCases(Format& format, const std::vector<TextCase>& cases) {
  std::vector<Padded> texts;
  std::vector<FieldList> fields(cases.size());
  std::vector<ParseJob> jobs;
  for (size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(ParseToText(format, cases[i].text), cases[i].expected) << cases[i].text;
    texts.emplace_back(cases[i].text);
    jobs.push_back({.text = texts.back().view(), .fields = &fields[i]});
  }
  ByteArena arena;
  format.Parse(jobs, arena);
  for (size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(jobs[i].parsed ? ToJson(fields[i]).dump() : "refused", cases[i].expected);
  }
}

}  // namespace tailrace
