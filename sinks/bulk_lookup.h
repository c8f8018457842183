// A BulkLookup finds out which items of a job are stored already, when an earlier attempt may have
// been applied without an answer. In an index that is harmless: a second `create` of one id is a
// 409. A data stream may have rolled over in between, and its new index does not know the old one's
// ids; so they are asked for, in the current index and in those that were it lately.
//
//   GET  /_data_stream/logs-shop-default?filter_path=data_streams.indices.index_name
//   POST /.ds-logs-shop-default-2026.01.02-000007/_mget?_source=false&filter_path=...
//        {"ids":["TvEAESIzRFVmd4iZAAAAAAGiAAGi",...]}
//
// The current index is asked as well, so that it does not matter when the next rollover comes.
//
// Threads    Owned by one lane.
// Bounds     One question at a time; newest first, kIndicesMin indices a data stream, and up to
//            kIndicesMax when by their dates they were written to since a day before the attempt.
// Failure    Who may not ask (403) gives up: an item may then be stored twice, once in each index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/json_dom.h"
#include "agent/net/http_answer_reader.h"
#include "sinks/payload.h"

namespace tailrace {

class BulkLookup {
 public:
  static constexpr size_t kIndicesMin = 3;
  static constexpr size_t kIndicesMax = 16;

  struct Question {
    std::string method;
    std::string target;
    std::string body;  // JSON; "": none.
  };
  enum class Progress : uint8_t {
    kNext,       // Ask() has the next question, or there is none left.
    kAskAgain,   // No answer to this question: the same later.
    kForbidden,  // The rights are missing; nothing more can be learnt.
  };

  // `attempt_wall_nanos`: when the first attempt was made.
  BulkLookup(const Payload& payload, int64_t attempt_wall_nanos);

  // Nullopt when everything is known that can be. The same until Answer says kNext.
  std::optional<Question> Ask() const;
  Progress Answer(const HttpAnswer& answer);

  // The items that are stored, ascending. Valid at any time.
  std::vector<size_t> Found() const;

 private:
  using Items = std::map<std::string, size_t, std::less<>>;  // By id: the position in the payload.

  Progress TakeIndices(const HttpAnswer& answer);
  Progress TakeDocuments(const HttpAnswer& answer);
  void NextStream();

  const int64_t since_day_;
  std::map<std::string, Items, std::less<>> streams_;  // Those that are not answered for.
  // Of the first stream, still to be asked, the last one next; absent: not known yet.
  std::optional<std::vector<std::string>> indices_;
  std::vector<size_t> found_;
  JsonReader reader_;
};

// The days since 1970-01-01 that the name of a backing index says, ".ds-NAME-2026.01.02-000007";
// nullopt when it says none.
std::optional<int64_t> DayOfBackingIndex(std::string_view index);

}  // namespace tailrace
