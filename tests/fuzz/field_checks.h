// What holds for the fields of every parser, whatever the text.
//
// Threads    Any.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "agent/base/check.h"
#include "agent/event/field.h"
#include "agent/json/json_fields.h"
#include "agent/json/json_walker.h"
#include "parsers/format.h"

namespace tailrace {

// A text of its own with exactly the padding that a parser may read.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text)
      : size_(text.size()), bytes_(std::make_unique<char[]>(text.size() + kTextPaddingBytes)) {
    if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  size_t size_;
  std::unique_ptr<char[]> bytes_;
};

// What is called JSON is JSON.
inline void CheckFields(const FieldList& fields) {
  JsonWalker walker;
  JsonFields members;
  for (const Field& field : fields) {
    CHECK(!field.name.empty());
    if (field.kind == FieldKind::kText) continue;
    const std::string_view quote = field.kind == FieldKind::kJsonString ? "\"" : "";
    std::string document = "{\"a\":";
    document.append(quote).append(field.value).append(quote).append("}");
    const PaddedText padded(document);
    CHECK(walker.Walk(padded.view(), members) == WalkResult::kObject);
  }
}

}  // namespace tailrace
