#include "agent/cli/stream_choice.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

TEST(StreamChoice, LabelsAreReadAsASelectorOrAsJson) {
  const StreamLabels expected = {{"namespace", "shop"}, {"pod", "web-0"}};
  for (const std::string_view text :
       {R"({namespace="shop",pod="web-0"})", R"({ pod = "web-0", namespace = "shop" })",
        R"({"namespace":"shop","pod":"web-0"})"}) {
    const absl::StatusOr<StreamLabels> labels = ParseStreamLabels(text);
    ASSERT_TRUE(labels.ok()) << text << labels.status();
    EXPECT_EQ(*labels, expected) << text;
  }
  EXPECT_TRUE(ParseStreamLabels("")->empty());
}

TEST(StreamChoice, LabelsThatAreNoValuesAreRefused) {
  for (const std::string_view text : {R"({namespace=~"s.*"})", R"({"namespace":1})",
                                      R"({"namespace":)", "namespace", R"({namespace!="a"})"}) {
    EXPECT_EQ(ParseStreamLabels(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

Config TwoSources() {
  Config config;
  config.sources.resize(2);
  config.sources[0].tail.name = "pods";
  config.sources[0].tail.kubernetes = true;
  config.sources[1].tail.name = "nginx";
  config.sources[1].tail.labels = {{"job", "nginx"}};
  return config;
}

TEST(StreamChoice, ASourceMustBeNamedWhereThereAreSeveral) {
  Config config = TwoSources();
  EXPECT_EQ(ChooseSource(config, "nginx")->value(), 1);
  for (const std::string_view name : {"", "ngnix"}) {
    const absl::Status status = ChooseSource(config, name).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(std::string(status.message()).find("nginx"), std::string::npos) << status;
  }
  config.sources.pop_back();
  EXPECT_EQ(ChooseSource(config, "")->value(), 0);
}

TEST(StreamChoice, LabelsMakeAPodAndTakeThePlaceOfTheSourcesOwn) {
  const Config config = TwoSources();
  const StreamInfoPtr pod =
      MakeStream(config, SourceId(0), {{"namespace", "shop"}, {"app", "x"}}, FileFormat::kCri);
  EXPECT_EQ(pod->pod.name_space, "shop");
  EXPECT_EQ(pod->labels.size(), 1U);
  const StreamInfoPtr file = MakeStream(config, SourceId(1), {{"job", "edge"}}, FileFormat::kRaw);
  ASSERT_EQ(file->labels.size(), 1U);
  EXPECT_EQ(file->labels[0].second, "edge");
}

TEST(StreamChoice, TheFormatOfAContainersLogIsSeenFromItsFirstLine) {
  const Config config = TwoSources();
  const std::string_view cri = "2026-03-01T12:00:01.000000001Z stdout F hello\n";
  EXPECT_EQ(FormatOf(config, SourceId(0), cri), FileFormat::kCri);
  for (const std::string_view text : {"", "hello", "hello stdout F x", "2026-03-01T12:00:01Z x"}) {
    EXPECT_EQ(FormatOf(config, SourceId(0), text), FileFormat::kRaw) << text;
  }
  EXPECT_EQ(FormatOf(config, SourceId(1), cri), FileFormat::kRaw);
}

}  // namespace
}  // namespace tailrace
