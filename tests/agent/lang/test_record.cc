#include "tests/agent/lang/test_record.h"

#include <gtest/gtest.h>

#include "agent/json/json_walker.h"

namespace tailrace {

TestRecord::TestRecord(std::string_view json) : text_(json) {
  text_.append(JsonWalker::kReadBeyond, '\0');
  const std::string_view text = std::string_view(text_).substr(0, json.size());
  JsonWalker walker;
  JsonFields members;
  EXPECT_EQ(walker.Walk(text, members), WalkResult::kObject) << json;
  for (const JsonField& member : members.all()) {
    Field field{.name = member.key(text), .value = member.value(text)};
    // The kinds of JSON stand in the same order in both.
    field.kind = static_cast<FieldKind>(static_cast<int>(member.kind) +
                                        static_cast<int>(FieldKind::kJsonString));
    if (member.kind == JsonKind::kString) {
      field.value = field.value.substr(1, field.value.size() - 2);
    }
    fields.push_back(field);
  }
}

}  // namespace tailrace
