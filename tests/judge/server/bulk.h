// Applies the body of a `_bulk` request to the store, item by item with the faults, and renders the
// answer.
//
// Threads   Not thread-safe.
// Ordering  Items are applied in the order of the body, the answer's items stand in the same order.
// Failure   As Elasticsearch has it: a malformed action or a missing last newline refuses the whole
// body with 400; a
//           document that is no good refuses its item.
// Cost      Under 5 us an item of 500 bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/judge/server/answer_filter.h"
#include "tests/judge/server/faults.h"
#include "tests/judge/server/indices.h"
#include "tests/judge/server/store.h"

namespace tailrace {

struct BulkAnswer {
  int status = 200;
  std::string body;
};

class BulkApplier {
 public:
  // All but `run` must outlive this object.
  BulkApplier(std::string run, const Faults* faults, Dice* dice, Indices* indices, Store* store);

  // `default_index` is that of the URL, or empty.
  BulkAnswer Apply(std::string_view default_index, std::string_view body,
                   const AnswerFilter& filter);
  uint64_t items() const { return items_; }

 private:
  struct Action {
    bool create = true;
    std::string index, id;
  };
  struct Verdict {
    int status = 201;
    const char* error_type = nullptr;
    const char* reason = "";
  };
  // Which parts of an item the filter lets through, looked up once an answer.
  struct Shape {
    bool index, id, result, status, error_type, error_reason, other;
  };

  bool ParseAction(std::string_view line, std::string_view default_index, Action* action);
  Verdict Judge(const Action& action, std::string_view document, std::string* index);
  bool DrawTransientFault(Verdict* verdict);
  static Shape ShapeOf(const AnswerFilter& filter, const char* operation);
  static void Render(const Action& action, std::string_view index, const Verdict& verdict,
                     const Shape& shape, std::string* out);

  const Faults* const faults_;
  Dice* const dice_;
  Indices* const indices_;
  Store* const store_;
  DocumentReader reader_;
  uint64_t items_ = 0;
};

}  // namespace tailrace
