// TestRecord is the fields of a JSON object, as the JSON parser makes them of a line.
//
// Ownership  The fields are views of the record, which cannot be copied.
// Failure    Fails the test at hand when the text is no JSON object.
#pragma once

#include <string>
#include <string_view>

#include "agent/event/field.h"

namespace tailrace {

class TestRecord {
 public:
  explicit TestRecord(std::string_view json);
  TestRecord(const TestRecord&) = delete;
  TestRecord& operator=(const TestRecord&) = delete;

  FieldList fields;

 private:
  std::string text_;  // With padding.
};

}  // namespace tailrace
