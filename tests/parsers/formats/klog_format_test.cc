#include "parsers/formats/klog_format.h"

#include <gtest/gtest.h>

#include "tests/parsers/formats/format_run.h"

namespace tailrace {
namespace {

TEST(KlogFormat, HeaderAndMessageBecomeFields) {
  KlogFormat format;
  ExpectCases(
      format,
      {
          {"I0505 17:59:40.692994   28133 klog.go:70] hello from klog",
           R"({"level":"info","timestamp":"0505 17:59:40.692994","id":28133,"file":"klog.go",)"
           R"("line":70,"message":"hello from klog"})"},
          {"\n     W1231 23:59:59.000000 1 a_b.cc:7]    spaced    \n",
           R"({"level":"warning","timestamp":"1231 23:59:59.000000","id":1,"file":"a_b.cc",)"
           R"("line":7,"message":"spaced"})"},
          {"E20210517 15:04:22.619632 1952452992 logging_unittest.cc:253] Log [x] a=b",
           R"({"level":"error","timestamp":"20210517 15:04:22.619632","id":1952452992,)"
           R"("file":"logging_unittest.cc","line":253,"message":"Log [x] a=b"})"},
          {"F0101 00:00:00.000000 0 dir/x:y.go:1]",
           R"({"level":"fatal","timestamp":"0101 00:00:00.000000","id":0,"file":"dir/x:y.go",)"
           R"("line":1,"message":""})"},
      });
}

TEST(KlogFormat, PairsOfAStructuredMessageBecomeFields) {
  KlogFormat format;
  const std::string header = R"({"level":"info","timestamp":"0505 17:59:40.692994","id":1,)"
                             R"("file":"s.go","line":12,"message":)";
  const std::string prefix = "I0505 17:59:40.692994       1 s.go:12] ";
  const struct {
    std::string_view message;
    std::string_view rest;
  } kCases[] = {
      {R"("Pod updated" pod="kube-system/dns" ready=1)",
       R"("Pod updated","pod":"kube-system/dns","ready":"1"})"},
      {R"("quoted \"x\"")", R"("quoted \"x\""})"},
      // A part that is no pair, a name twice, a name of the header: the message stays whole.
      {R"("Pods" pods=[a b])", R"("\"Pods\" pods=[a b]"})"},
      {R"("Pods" a=1 a=2)", R"("\"Pods\" a=1 a=2"})"},
      {R"("Pods" line=2)", R"("\"Pods\" line=2"})"},
      {R"("open)", R"("\"open"})"},
      {R"("glued"a=1)", R"("\"glued\"a=1"})"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ParseToText(format, prefix + std::string(c.message)), header + std::string(c.rest));
  }
}

TEST(KlogFormat, WhatHasNoHeaderIsRefused) {
  KlogFormat format;
  ExpectCases(format, {
                          {"", "refused"},
                          {"I", "refused"},
                          {"not a klog line", "refused"},
                          {"D0505 17:59:40.692994   28133 klog.go:70] hello", "refused"},
                          {"I1305 17:59:40.692994   28133 klog.go:70] hello", "refused"},
                          {"I0532 17:59:40.692994   28133 klog.go:70] hello", "refused"},
                          {"I0505 24:59:40.692994   28133 klog.go:70] hello", "refused"},
                          {"I0505 17:60:40.692994   28133 klog.go:70] hello", "refused"},
                          {"I0505 17:59:61.692994   28133 klog.go:70] hello", "refused"},
                          {"I0505 17:59:40,692994   28133 klog.go:70] hello", "refused"},
                          {"I0505 17:59:40.69299x   28133 klog.go:70] hello", "refused"},
                          {"I0505 17:59:40.6929945  28133 klog.go:70] hello", "refused"},
                          {"I0505 17:59:40.692994   x8133 klog.go:70] hello", "refused"},
                          {"I0505 17:59:40.692994   28133", "refused"},
                          {"I0505 17:59:40.692994   28133 klog.go] hello", "refused"},
                          {"I0505 17:59:40.692994   28133 klog.go:x] hello", "refused"},
                          {"I0505 17:59:40.692994   28133 :70] hello", "refused"},
                          {"I0505 17:59:40.692994   28133 klog.go:70 hello", "refused"},
                          {"I0505 17:59:40.692994", "refused"},
                          {"I0505 17:59:40.692994 ", "refused"},
                      });
}

}  // namespace
}  // namespace tailrace
