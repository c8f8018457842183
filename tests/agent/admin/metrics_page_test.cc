#include "agent/admin/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <sstream>

#include "agent/base/version.h"

namespace tailrace {
namespace {

using testing::HasSubstr;
using testing::Not;

const char kNoProc[] = "/nonexistent/proc";

std::string RenderWithoutProcess(const MetricRegistry& registry) {
  const std::string page = MetricsPage(registry, kNoProc).Render();
  return page.substr(0, page.find("# HELP process_cpu_seconds_total"));
}

TEST(MetricsPage, CountersKeepTheirNamesLabelsAndOrder) {
  MetricRegistry registry;
  registry.GetCounter("tailrace_records_delivered_total", "Records", {{"sink", "es"}}).Add(7);
  registry.GetCounter("tailrace_records_delivered_total", "Records", {{"sink", "file"}});
  registry.GetCounter("tailrace_a_total", "First in the alphabet").Add(1);
  EXPECT_EQ(RenderWithoutProcess(registry),
            "# HELP tailrace_records_delivered_total Records\n"
            "# TYPE tailrace_records_delivered_total counter\n"
            "tailrace_records_delivered_total{sink=\"es\"} 7\n"
            "tailrace_records_delivered_total{sink=\"file\"} 0\n"
            "# HELP tailrace_a_total First in the alphabet\n"
            "# TYPE tailrace_a_total counter\n"
            "tailrace_a_total 1\n");
}

TEST(MetricsPage, LargeCountsAreExact) {
  MetricRegistry registry;
  registry.GetCounter("tailrace_bytes_total", "Bytes").Add(1'234'567'890'123'457);
  EXPECT_THAT(RenderWithoutProcess(registry),
              HasSubstr("\ntailrace_bytes_total 1234567890123457\n"));
}

TEST(MetricsPage, GaugesMayBeAnyDouble) {
  const struct {
    double value;
    const char* text;
  } cases[] = {
      {0, "0"},
      {-2.5, "-2.5"},
      {1e300, "1e+300"},
      {std::numeric_limits<double>::infinity(), "+Inf"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
      {std::numeric_limits<double>::quiet_NaN(), "Nan"},
  };
  for (const auto& c : cases) {
    MetricRegistry registry;
    registry.GetGauge("tailrace_lag_seconds", "Lag").Set(c.value);
    EXPECT_EQ(RenderWithoutProcess(registry),
              std::string("# HELP tailrace_lag_seconds Lag\n# TYPE tailrace_lag_seconds gauge\n"
                          "tailrace_lag_seconds ") +
                  c.text + "\n");
  }
}

TEST(MetricsPage, HistogramsAreCumulativeAndEndWithInf) {
  MetricRegistry registry;
  Histogram& histogram =
      registry.GetHistogram("tailrace_sink_request_seconds", "Time", {{"sink", "es"}});
  for (const double seconds : {0.0005, 0.001, 0.75, 100.0}) histogram.Observe(seconds);
  EXPECT_EQ(RenderWithoutProcess(registry),
            "# HELP tailrace_sink_request_seconds Time\n"
            "# TYPE tailrace_sink_request_seconds histogram\n"
            "tailrace_sink_request_seconds_count{sink=\"es\"} 4\n"
            "tailrace_sink_request_seconds_sum{sink=\"es\"} 100.7515\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"0.001\"} 2\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"0.005\"} 2\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"0.02\"} 2\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"0.1\"} 2\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"0.5\"} 2\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"1\"} 3\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"2.5\"} 3\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"10\"} 3\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"30\"} 3\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"60\"} 3\n"
            "tailrace_sink_request_seconds_bucket{sink=\"es\",le=\"+Inf\"} 4\n");
}

TEST(MetricsPage, HelpAndLabelsCannotForgeLines) {
  MetricRegistry registry;
  registry.GetCounter("tailrace_x_total", "one\nforged 1\\n", {{"rule", "a\"b\\c\nforged 2"}});
  EXPECT_EQ(RenderWithoutProcess(registry),
            "# HELP tailrace_x_total one\\nforged 1\\\\n\n"
            "# TYPE tailrace_x_total counter\n"
            "tailrace_x_total{rule=\"a\\\"b\\\\c\\nforged 2\"} 0\n");
}

TEST(MetricsPage, TheProcessAndTheBuildAreThere) {
  const MetricRegistry registry;
  const std::string page = MetricsPage(registry).Render();
  for (const char* name : {"process_resident_memory_bytes", "process_cpu_seconds_total",
                           "process_open_fds", "process_start_time_seconds"}) {
    EXPECT_THAT(page, HasSubstr(std::string("\n") + name + " ")) << page;
  }
  EXPECT_THAT(page, HasSubstr("# TYPE process_cpu_seconds_total counter\n"));
  EXPECT_THAT(page, HasSubstr("# TYPE process_resident_memory_bytes gauge\n"));
  EXPECT_TRUE(
      page.ends_with(std::string("\ntailrace_build_info{version=\"") + kVersion + "\"} 1\n"))
      << page;
}

TEST(MetricsPage, WhatProcfsLacksIsLeftOut) {
  const MetricRegistry registry;
  const std::string page = MetricsPage(registry, kNoProc).Render();
  EXPECT_THAT(page, HasSubstr("\nprocess_cpu_seconds_total "));
  EXPECT_THAT(page, Not(HasSubstr("process_resident_memory_bytes")));
  EXPECT_THAT(page, Not(HasSubstr("process_open_fds")));
  EXPECT_THAT(page, Not(HasSubstr("process_start_time_seconds")));
}

TEST(MetricsPage, ASecondRenderSaysWhatChanged) {
  MetricRegistry registry;
  const MetricsPage page(registry);
  Counter& counter = registry.GetCounter("tailrace_x_total", "X");
  EXPECT_THAT(page.Render(), HasSubstr("\ntailrace_x_total 0\n"));
  counter.Add(5);
  EXPECT_THAT(page.Render(), HasSubstr("\ntailrace_x_total 5\n"));
}

TEST(MetricsPage, EveryLineIsACommentOrASampleAndNoSeriesComesTwice) {
  MetricRegistry registry;
  registry.GetCounter("tailrace_x_total", "X", {{"a", "1"}});
  registry.GetCounter("tailrace_x_total", "X", {{"a", "2"}});
  registry.GetHistogram("tailrace_y_seconds", "Y").Observe(1);
  std::istringstream page(MetricsPage(registry).Render());
  std::set<std::string> seen;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
    const size_t space = line.rfind(' ');
    ASSERT_NE(space, std::string::npos) << line;
    EXPECT_TRUE(seen.insert(line.substr(0, space)).second) << line;
    size_t used = 0;
    const std::string value = line.substr(space + 1);
    (void)std::stod(value, &used);
    EXPECT_EQ(used, value.size()) << line;
  }
}

}  // namespace
}  // namespace tailrace
