#include "sinks/bulk_lookup.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr int64_t kNanosADay = int64_t{86400} * 1'000'000'000;

// The string behind `mark` in an action line of ours, in which nothing is escaped.
std::string_view Between(std::string_view action, std::string_view mark) {
  const size_t at = action.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = action.substr(at + mark.size());
  return rest.substr(0, rest.find('"'));
}

// RFC 3986 section 2.
std::string PathSegment(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved = "-._~";
  std::string segment;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kUnreserved.find(c) != std::string_view::npos) {
      segment += c;
    } else {
      segment += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return segment;
}

std::optional<unsigned> Digits(std::string_view text) {
  unsigned value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// Of all backing indices, oldest first, those that may have been written to since `day`, oldest
// first.
std::vector<std::string> WrittenSince(std::vector<std::string> all, int64_t day) {
  size_t first = all.empty() ? 0 : all.size() - 1;
  const auto may_be = [&](size_t asked) {
    if (asked >= BulkLookup::kIndicesMax) return false;
    // Whatever the dates say: they are of other clocks.
    if (asked < BulkLookup::kIndicesMin) return true;
    // An index was written to until the next one was made.
    return DayOfBackingIndex(all[first]).value_or(day) >= day;
  };
  while (first > 0 && may_be(all.size() - first)) --first;
  all.erase(all.begin(), all.begin() + static_cast<ptrdiff_t>(first));
  return all;
}

}  // namespace

std::optional<int64_t> DayOfBackingIndex(std::string_view index) {
  constexpr std::string_view kDate = "-2026.01.02";
  const size_t generation = index.rfind('-');
  if (generation == std::string_view::npos || generation < kDate.size()) return std::nullopt;
  const std::string_view date = index.substr(generation - kDate.size(), kDate.size());
  if (date[0] != '-' || date[5] != '.' || date[8] != '.') return std::nullopt;
  const auto year = Digits(date.substr(1, 4));
  const auto month = Digits(date.substr(6, 2));
  const auto day = Digits(date.substr(9, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day read{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!read.ok()) return std::nullopt;
  return std::chrono::sys_days(read).time_since_epoch().count();
}

BulkLookup::BulkLookup(const Payload& payload, int64_t attempt_wall_nanos)
    : since_day_(attempt_wall_nanos / kNanosADay - 1) {
  for (size_t i = 0; i < payload.items.size(); ++i) {
    const PayloadItem& item = payload.items[i];
    const std::string_view action = payload.bytes.view().substr(item.offset, item.body_offset);
    const std::string_view stream = Between(action, R"("_index":")");
    const std::string_view id = Between(action, R"("_id":")");
    if (!stream.empty() && !id.empty()) streams_[std::string(stream)].emplace(id, i);
  }
}

std::optional<BulkLookup::Question> BulkLookup::Ask() const {
  if (streams_.empty()) return std::nullopt;
  const auto& [stream, items] = *streams_.begin();
  if (!indices_) {
    return Question{"GET",
                    Concat({"/_data_stream/", PathSegment(stream),
                            "?filter_path=data_streams.indices.index_name"}),
                    ""};
  }
  std::string body = R"({"ids":[)";
  for (const auto& [id, position] : items) {
    if (body.back() != '[') body += ',';
    body += Concat({"\"", id, "\""});
  }
  body += "]}";
  return Question{"POST",
                  Concat({"/", PathSegment(indices_->back()),
                          "/_mget?_source=false&filter_path=docs._id,docs.found"}),
                  std::move(body)};
}

BulkLookup::Progress BulkLookup::Answer(const HttpAnswer& answer) {
  const int status = answer.status;
  if (status == 403) return Progress::kForbidden;
  if (status == 200) return indices_ ? TakeDocuments(answer) : TakeIndices(answer);
  // No such data stream or index, or a server that knows no data streams: nothing is stored there.
  if (status != 404 && status != 400 && status != 405) return Progress::kAskAgain;
  if (indices_) {
    indices_->pop_back();
    if (!indices_->empty()) return Progress::kNext;
  }
  NextStream();
  return Progress::kNext;
}

BulkLookup::Progress BulkLookup::TakeIndices(const HttpAnswer& answer) {
  const auto root = reader_.Parse(answer.body);
  if (!root.ok()) return Progress::kAskAgain;
  std::vector<std::string> all;
  root->Get("data_streams").ForEachElement([&](JsonValue stream) {
    stream.Get("indices").ForEachElement([&](JsonValue index) {
      const auto name = index.Get("index_name").AsString();
      if (name) all.emplace_back(*name);
    });
  });
  if (all.empty()) return Progress::kAskAgain;
  indices_ = WrittenSince(std::move(all), since_day_);
  return Progress::kNext;
}

BulkLookup::Progress BulkLookup::TakeDocuments(const HttpAnswer& answer) {
  const auto root = reader_.Parse(answer.body);
  if (!root.ok()) return Progress::kAskAgain;
  Items& items = streams_.begin()->second;
  root->Get("docs").ForEachElement([&](JsonValue document) {
    if (!document.Get("found").AsBool().value_or(false)) return;
    const auto place = items.find(document.Get("_id").AsString().value_or(""));
    if (place == items.end()) return;
    found_.push_back(place->second);
    items.erase(place);
  });
  indices_->pop_back();
  if (items.empty() || indices_->empty()) NextStream();
  return Progress::kNext;
}

void BulkLookup::NextStream() {
  streams_.erase(streams_.begin());
  indices_.reset();
}

std::vector<size_t> BulkLookup::Found() const {
  std::vector<size_t> found = found_;
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace tailrace
