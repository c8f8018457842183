#include "parsers/patterns/capture_format.h"

#include <gtest/gtest.h>

#include <string>

#include "parsers/patterns/pattern_library.h"

namespace tailrace {
namespace {

// "name=value " for each field, a number or word of JSON behind ":=".
std::string Parsed(Format& format, std::string_view text) {
  FieldList fields = {{.name = "before", .value = "1"}};
  ByteArena arena;
  ParseJob job = {.text = text, .fields = &fields};
  format.Parse({&job, 1}, arena);
  if (!job.parsed) return fields.size() == 1 ? "refused" : "refused, but changed";
  std::string result;
  for (size_t i = 1; i < fields.size(); ++i) {
    EXPECT_TRUE(fields[i].ours);
    result += std::string(fields[i].name) + (fields[i].is_string() ? "=" : ":=") +
              std::string(fields[i].value) + " ";
  }
  return result;
}

std::unique_ptr<Format> Grok(std::string_view pattern) {
  absl::StatusOr<LinePattern> compiled = PatternLibrary::BuiltIn(GrokNames::kEcs).Compile(pattern);
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return CaptureFormat(*std::move(compiled))();
}

TEST(CaptureFormat, MakesFieldsOfTheirTypes) {
  struct Case {
    std::string_view type;
    std::string_view text;
    std::string_view field;
  };
  const Case cases[] = {
      {"int", "42", "f:=42 "},
      {"int", "-7", "f:=-7 "},
      {"int", "+007", "f:=7 "},
      {"int", "000", "f:=0 "},
      {"int", "-0", "f:=0 "},
      {"int", "12.75", "f:=12 "},
      {"int", "-.5", "f:=0 "},
      {"int", "1e3", "f=1e3 "},
      {"int", "12ms", "f=12ms "},
      {"int", "-", "f=- "},
      {"int", "123456789012345678901234567890", "f:=123456789012345678901234567890 "},
      {"float", "1.50", "f:=1.50 "},
      {"float", ".5", "f:=0.5 "},
      {"float", "5.", "f:=5 "},
      {"float", "+01.5e-3", "f:=1.5e-3 "},
      {"float", "1e", "f=1e "},
      {"float", ".", "f=. "},
      {"float", "-00.0", "f:=-0.0 "},
      {"float", "nan", "f=nan "},
      {"bool", "true", "f:=true "},
      {"bool", "FALSE", "f:=false "},
      {"bool", "yes", "f=yes "},
      {"string", "42", "f=42 "},
      {"int", "", ""},
  };
  for (const Case& c : cases) {
    const std::unique_ptr<Format> format = Grok("^%{DATA:f:" + std::string(c.type) + "}$");
    EXPECT_EQ(Parsed(*format, c.text), c.field) << c.type << " of \"" << c.text << "\"";
  }
}

TEST(CaptureFormat, WhatTakesNoPartMakesNoField) {
  const std::unique_ptr<Format> format = Grok("^(?:-|%{INT:n:int}) %{DATA:rest}$");
  EXPECT_EQ(Parsed(*format, "- x"), "rest=x ");
  EXPECT_EQ(Parsed(*format, "5 "), "n:=5 ");
  EXPECT_EQ(Parsed(*format, "?"), "refused");
}

TEST(CaptureFormat, OfOneNameTheLastCounts) {
  const std::unique_ptr<Format> format = Grok("^%{WORD:a} (?:%{WORD:a}|-)(?: %{WORD:b})?$");
  EXPECT_EQ(Parsed(*format, "x y z"), "a=y b=z ");
  EXPECT_EQ(Parsed(*format, "x -"), "a=x ");
}

TEST(CaptureFormat, EachJobStandsAlone) {
  const std::unique_ptr<Format> format = Grok("^%{INT:n:int}$");
  FieldList fields[3];
  ParseJob jobs[] = {{"1", &fields[0]}, {"x", &fields[1]}, {"+2", &fields[2]}};
  ByteArena arena;
  format->Parse(jobs, arena);
  EXPECT_TRUE(jobs[0].parsed && !jobs[1].parsed && jobs[2].parsed);
  EXPECT_EQ(fields[0].at(0).value, "1");
  EXPECT_TRUE(fields[1].empty());
  EXPECT_EQ(fields[2].at(0).value, "2");
}

}  // namespace
}  // namespace tailrace
