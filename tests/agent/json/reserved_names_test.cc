#include "agent/json/reserved_names.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

NameUse Check(const ReservedNames& reserved, std::string_view name, JsonKind kind) {
  const std::string quoted = std::string(name) + "\"";
  return reserved.Check(std::string_view(quoted).substr(0, name.size()), kind);
}

TEST(ReservedNames, CoverRootsAndWhatIsBelowThem) {
  constexpr std::string_view kRoots[] = {"container", "h"};
  const ReservedNames reserved(kRoots);
  for (std::string_view name : {"kubernetes", "kubernetes.pod", "@timestamp", "log", "log.level",
                                "_id", "_source", "_index", "_doc_count", "event.id", "event.id.x",
                                "container", "container.id", "h", "h.x"}) {
    EXPECT_EQ(Check(reserved, name, JsonKind::kString), NameUse::kReserved) << name;
  }
  for (std::string_view name :
       {"", "k", "kubernetes2", "Kubernetes", "logger", "lo", "_", "_idx", "timestamp",
        "event.kind", "event.ids", "host", "hx", "app", "containe"}) {
    EXPECT_EQ(Check(reserved, name, JsonKind::kString), NameUse::kFree) << name;
  }
  EXPECT_EQ(Check(ReservedNames(), "container", JsonKind::kString), NameUse::kFree);
}

TEST(ReservedNames, JudgeMessageAndEventByTheirValues) {
  const ReservedNames reserved;
  for (JsonKind kind : {JsonKind::kString, JsonKind::kNumber, JsonKind::kTrue, JsonKind::kFalse,
                        JsonKind::kNull, JsonKind::kObject, JsonKind::kArray}) {
    EXPECT_EQ(Check(reserved, "message", kind),
              kind == JsonKind::kString ? NameUse::kFree : NameUse::kReserved);
    EXPECT_EQ(Check(reserved, "message.x", kind), NameUse::kReserved);
    EXPECT_EQ(Check(reserved, "event", kind),
              kind == JsonKind::kObject ? NameUse::kEventObject : NameUse::kReserved);
  }
  EXPECT_TRUE(ReservedNames::IsReservedInEvent("id"));
  EXPECT_TRUE(ReservedNames::IsReservedInEvent("id.x"));
  EXPECT_FALSE(ReservedNames::IsReservedInEvent("ids"));
  EXPECT_FALSE(ReservedNames::IsReservedInEvent("kind"));
}

}  // namespace
}  // namespace tailrace
