#include "agent/json/safe_object.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/agent/json/padded_text.h"
#include "tests/agent/json/reference_json.h"

namespace tailrace {
namespace {

constexpr std::string_view kRoots[] = {"container"};

class SafeObjectBuilderTest : public testing::Test {
 protected:
  SafeObject Build(const PaddedText& text, EventUse event_use) {
    EXPECT_EQ(walker_.Walk(text.view(), fields_), WalkResult::kObject) << text.view();
    return builder_.Build(text.view(), fields_, reserved_, event_use);
  }

  const ReservedNames reserved_{kRoots};
  JsonWalker walker_;
  JsonFields fields_;
  SafeObjectBuilder builder_;
};

TEST_F(SafeObjectBuilderTest, GivesOrdinaryMembersAsTheyStandInTheText) {
  const PaddedText text(
      "{\"level\":\"info\", \"logger\":\"x\",\"message\":\"m\",\"a\":{\"_id\":1}}");
  const SafeObject object = Build(text, EventUse::kExtract);
  EXPECT_EQ(object.members, text.view().substr(1, text.view().size() - 2));
  EXPECT_EQ(object.members.data(), text.view().data() + 1);
  const PaddedText empty(" { } ");
  EXPECT_TRUE(Build(empty, EventUse::kExtract).members.empty());
}

struct Case {
  std::string_view text, members;
  uint32_t moved, duplicates;
};

TEST_F(SafeObjectBuilderTest, MovesWhatIsReserved) {
  const Case kCases[] = {
      {"{\"log\":1,\"a\":2}", "\"app.log\":1,\"a\":2", 1, 0},
      {"{\"\\u006cog\":1}", "\"app.\\u006cog\":1", 1, 0},
      {"{\"log.level\":\"info\"}", "\"app.log.level\":\"info\"", 1, 0},
      {"{\"_id\":1,\"container\":{},\"kubernetes.pod\":2}",
       "\"app._id\":1,\"app.container\":{},\"app.kubernetes.pod\":2", 3, 0},
      {"{\"message\":{\"a\":1}}", "\"app.message\":{\"a\":1}", 1, 0},
      {"{\"event\":null}", "\"app.event\":null", 1, 0},
      {"{\"event.id\":1,\"event.kind\":2}", "\"app.event.id\":1,\"event.kind\":2", 1, 0},
      {"{\"app.log\":1,\"log\":2}", "\"app.log\":2", 1, 1},
      {"{\"log\":1,\"app.log\":2}", "\"app.log\":2", 1, 1},
      {"{\"log\":1,\"\\u0061pp.log\":2}", "\"\\u0061pp.log\":2", 1, 1},
      {"{\"log\":1,\"app\":\"x\"}", "\"app.log\":1,\"app.app\":\"x\"", 2, 0},
      {"{\"log\":1,\"app\":{\"x\":1}}", "\"app.log\":1,\"app\":{\"x\":1}", 1, 0},
      {"{\"app\":\"x\"}", "\"app\":\"x\"", 0, 0},
      {"{\"app\":1,\"app.app\":2,\"log\":3}", "\"app.app\":2,\"app.log\":3", 2, 1},
      {"{\"log\":1,\"log\":2}", "\"app.log\":2", 1, 1},
      {"{\"log.\":1}", "\"app.log._\":1", 1, 0},
      {"{\".log\":1}", "\"_.log\":1", 0, 0},
      {"{\n\"a\":1\n}", "\"a\":1", 0, 0}};
  for (const Case& c : kCases) {
    const PaddedText text(c.text);
    const SafeObject object = Build(text, EventUse::kKeep);
    EXPECT_EQ(object.members, c.members);
    EXPECT_EQ(object.moved, c.moved) << c.text;
    EXPECT_EQ(object.duplicates, c.duplicates) << c.text;
  }
}

TEST_F(SafeObjectBuilderTest, KeepsTheEventButForItsId) {
  const Case kCases[] = {
      {"{\"event\":{\"kind\":\"x\"},\"a\":1}", "\"event\":{\"kind\":\"x\"},\"a\":1", 0, 0},
      {"{\"event\":{\"id\":1,\"kind\":2},\"a\":1}",
       "\"app.event.id\":1,\"event\":{\"kind\":2},\"a\":1", 1, 0},
      {"{\"event\":{\"\\u0069d\":1}}", "\"app.event.\\u0069d\":1", 1, 0},
      {"{\"event\":{\"id.x\":1}}", "\"app.event.id.x\":1", 1, 0},
      {"{\"event\":{\"id\":1},\"event.id\":2}", "\"app.event.id\":2", 2, 1}};
  for (const Case& c : kCases) {
    const PaddedText text(c.text);
    const SafeObject object = Build(text, EventUse::kKeep);
    EXPECT_EQ(object.members, c.members);
    EXPECT_TRUE(object.event_members.empty());
    EXPECT_EQ(object.moved, c.moved) << c.text;
    EXPECT_EQ(object.duplicates, c.duplicates) << c.text;
  }
}

TEST_F(SafeObjectBuilderTest, HandsTheEventOverApart) {
  struct EventCase {
    std::string_view text, members, event_members;
  };
  const EventCase kCases[] = {
      {"{\"event\":{\"kind\":\"x\", \"n\":[1]},\"a\":1}", "\"a\":1", "\"kind\":\"x\",\"n\":[1]"},
      {"{\"event\":{}}", "", ""},
      {"{\"event\":{\"id\":1,\"kind\":2}}", "\"app.event.id\":1", "\"kind\":2"},
      {"{\"event\":{\"a\":1,\"a\":2}}", "", "\"a\":2"},
      {"{\"event\":7}", "\"app.event\":7", ""}};
  for (const EventCase& c : kCases) {
    const PaddedText text(c.text);
    const SafeObject object = Build(text, EventUse::kExtract);
    EXPECT_EQ(object.members, c.members);
    EXPECT_EQ(object.event_members, c.event_members);
  }
}

// Every document that comes out must be valid JSON in which no name stands twice.
void ExpectSafe(const SafeObject& object, JsonWalker& walker, std::string_view source) {
  std::string document = "{\"@timestamp\":0,\"kubernetes\":{},\"log\":{},\"event\":{\"id\":\"i\"";
  if (!object.event_members.empty()) document += ",";
  document += std::string(object.event_members) + "}";
  if (!object.members.empty()) document += ",";
  document += std::string(object.members) + "}";
  ASSERT_TRUE(ReferenceParse(document).has_value()) << document << "\n" << source;
  JsonFields fields;
  const PaddedText text(document);
  ASSERT_EQ(walker.Walk(text.view(), fields), WalkResult::kObject) << document;
  EXPECT_FALSE(fields.traits().needs_rewrite()) << document << "\n" << source;
  EXPECT_EQ(fields.Find(document, "event.id"), nullptr) << document;
  EXPECT_EQ(fields.Find(document, "_id"), nullptr) << document;
  const std::string_view event = fields.Find(document, "event")->value(document);
  EXPECT_EQ((*ReferenceParse(event))["id"], "i") << document << "\n" << source;
}

TEST_F(SafeObjectBuilderTest, RandomObjectsNeverPoseAsOurs) {
  RandomJson random(7);
  JsonWalker checker;
  for (int i = 0; i < 20000; ++i) {
    const PaddedText text(random.Object(3));
    const SafeObject object = Build(text, EventUse::kExtract);
    EXPECT_LE(object.members.size(), 2 * text.view().size() + 64) << text.view();
    ExpectSafe(object, checker, text.view());
  }
}

}  // namespace
}  // namespace tailrace
