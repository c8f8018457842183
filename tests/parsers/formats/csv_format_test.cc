#include "parsers/formats/csv_format.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/parsers/formats/format_run.h"

namespace tailrace {
namespace {

TEST(CsvFormat, ValuesBecomeTheFieldsOfTheirColumns) {
  CsvFormat format({.columns = {"time", "text", "", "n"}});
  ExpectCases(format, {
                          {"2026-01-02,\"say \"\"hi\"\"\",,7",
                           R"({"time":"2026-01-02","text":"say \"hi\"","n":"7"})"},
                          {"a,b", R"({"time":"a","text":"b"})"},
                          {",", R"({"time":"","text":""})"},
                          {" a ,\"b,\n\"", R"({"time":" a ","text":"b,\n"})"},
                          {"5\" pipe,b\"\"c", R"({"time":"5\" pipe","text":"b\"\"c"})"},
                          {"\"\",\"\"\"\"", R"({"time":"","text":"\""})"},
                          {"a,b,c,\xc3\xa9", R"({"time":"a","text":"b","n":"é"})"},
                      });
}

TEST(CsvFormat, WithoutColumnsTheyAreNumbered) {
  CsvFormat format({.delimiter = ";", .quote = "'"});
  ExpectCases(format,
              {
                  {"one", R"({"column1":"one"})"},
                  {"a;'b;''c'';';\"d\"", R"({"column1":"a","column2":"b;'c';","column3":"\"d\""})"},
              });
}

TEST(CsvFormat, WhatIsNoRecordIsRefused) {
  CsvFormat format({.columns = {"a", "b"}});
  ExpectCases(format, {
                          {"", "refused"},
                          {"one value", "refused"},
                          {"a,b,c", "refused"},
                          {"a,\"b", "refused"},
                          {"a,\"b\"\"", "refused"},
                          {"a,\"b\"c", "refused"},
                          {"\"", "refused"},
                      });
}

TEST(CsvFormat, MoreValuesThanTheBoundAreRefused) {
  CsvFormat format({});
  const std::string commas(CsvFormat::kColumnsMax - 1, ',');
  EXPECT_EQ(ParseToJson(format, commas).value().size(), CsvFormat::kColumnsMax);
  EXPECT_EQ(ParseToText(format, commas + ","), "refused");
}

TEST(CsvFormat, OptionsThatCannotBeAreRefused) {
  const CsvOptions kOptions[] = {
      {.delimiter = ",,"}, {.delimiter = ""},       {.quote = ""},
      {.quote = ","},      {.columns = {"a", "a"}}, {.columns = std::vector<std::string>(1001)},
  };
  for (const CsvOptions& options : kOptions) {
    EXPECT_EQ(options.Validate().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_TRUE((CsvOptions{.columns = {"a", "", ""}}.Validate().ok()));
}

}  // namespace
}  // namespace tailrace
