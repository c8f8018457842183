#include "tests/sinks/encoded_documents.h"

#include <gtest/gtest.h>

#include <set>

namespace tailrace {

nlohmann::json DocumentItem::Json() const {
  std::vector<std::set<std::string>> names;
  const auto unique = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    if (event == nlohmann::json::parse_event_t::object_start) names.emplace_back();
    if (event == nlohmann::json::parse_event_t::object_end) names.pop_back();
    if (event == nlohmann::json::parse_event_t::key) {
      EXPECT_TRUE(names.back().insert(value.get<std::string>()).second) << text;
    }
    return true;
  };
  nlohmann::json parsed = nlohmann::json::parse(text, unique, false);
  EXPECT_TRUE(parsed.is_object()) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  return parsed;
}

StreamInfo EncodedDocuments::PodStream() {
  StreamInfo stream;
  stream.format = FileFormat::kCri;
  stream.path = "/var/log/pods/shop_web-0_u/app/0.log";
  stream.pod = {"shop", "web-0", "u-1", "app", 3};
  return stream;
}

StreamInfo EncodedDocuments::PlainStream() {
  StreamInfo stream;
  stream.path = "/var/log/nginx/access.log";
  stream.labels = {{"job", "nginx"}, {"odd\"key\n", "odd\\value\t"}};
  return stream;
}

void EncodedDocuments::Add(std::string_view body, uint16_t flags, std::string_view time,
                           int64_t offset, uint32_t covered) {
  const Span body_span = batch_.AddToArena(body);
  const Span time_span = time.empty() ? Span{} : batch_.AddToArena(time);
  batch_.Add(body_span, time_span, offset, covered, flags);
}

void EncodedDocuments::JoinLast(RangeRef range, std::string_view key_text) {
  batch_.joined.push_back({static_cast<uint32_t>(batch_.size() - 1), range, range.file});
  joined_keys_.push_back(key_text);
}

std::vector<DocumentItem> EncodedDocuments::Encode(bool parse_json, std::string_view into,
                                                   std::optional<RangeRef> range) {
  // The walk reads beyond the last body.
  batch_.arena.append(kArenaPaddingBytes, ' ');
  CompiledPipeline pipeline;
  pipeline.parse_json = parse_json;
  pipeline.into = into;
  ParsedBodies bodies;
  parse_.Run(pipeline, batch_, bodies);
  const size_t first = payload_.items.size();
  EncodeTarget target{&document_, into, range, kReadTime, joined_keys_};
  not_utf8_ += encoder_.Encode(batch_, bodies, target, payload_);
  EXPECT_EQ(payload_.items.size(), first + batch_.size());
  std::vector<DocumentItem> items;
  for (size_t i = first; i < payload_.items.size(); ++i) {
    const PayloadItem& item = payload_.items[i];
    const std::string_view bytes = payload_.bytes.view().substr(item.offset, item.length);
    EXPECT_TRUE(bytes.ends_with('\n'));
    DocumentItem& made = items.emplace_back();
    made.action = bytes.substr(0, item.body_offset);
    made.text = bytes.substr(item.body_offset, bytes.size() - item.body_offset - 1);
    const auto ranges = payload_.ranges.begin() + item.first_range;
    made.ranges.assign(ranges, ranges + item.range_count);
  }
  batch_.Clear();
  joined_keys_.clear();
  return items;
}

}  // namespace tailrace
