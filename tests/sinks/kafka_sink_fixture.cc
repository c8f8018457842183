#include "tests/sinks/kafka_sink_fixture.h"

#include <cstdio>

#include "sinks/kafka_address.h"
#include "sinks/record_id.h"

namespace tailrace {
namespace {

constexpr char kIdPlace[] = "0123456789abcdef0123456789AB";

void AppendRecord(const FileRecords& run, uint64_t number, uint64_t range, Payload& payload) {
  KafkaAddress address;
  address.topic = run.topic;
  address.key = run.key;
  address.partition_hash = run.file * 2654435761u & 0x7fffffff;
  PayloadItem item;
  item.offset = static_cast<uint32_t>(payload.bytes.size());
  payload.bytes.Append(RenderKafkaAddress(address));
  if (run.with_id) payload.bytes.Append({kIdPlace, kRecordIdLength});
  item.body_offset = static_cast<uint32_t>(payload.bytes.size()) - item.offset;
  char head[64];
  std::snprintf(head, sizeof(head), R"({"file":%u,"n":%llu,"x":")", run.file,
                static_cast<unsigned long long>(number));
  payload.bytes.Append(head + std::string(run.padding, 'x') + "\"}\n");
  item.length = static_cast<uint32_t>(payload.bytes.size()) - item.offset;
  item.first_range = static_cast<uint32_t>(payload.ranges.size());
  item.range_count = 1;
  payload.ranges.push_back({FileId(run.file), RangeId(range)});
  payload.items.push_back(item);
}

}  // namespace

KafkaSinkTest::KafkaSinkTest() { mock_.CreateTopic("logs", kPartitions); }

KafkaOptions KafkaSinkTest::Options(
    std::vector<std::pair<std::string, std::string>> properties) const {
  KafkaOptions options;
  options.brokers = {mock_.brokers()};
  options.retry_min = std::chrono::milliseconds(20);
  options.retry_max = std::chrono::milliseconds(200);
  properties.insert(properties.begin(), {{"reconnect.backoff.ms", "20"},
                                         {"reconnect.backoff.max.ms", "200"},
                                         {"retry.backoff.ms", "20"},
                                         {"topic.metadata.refresh.fast.interval.ms", "50"}});
  for (const auto& [name, value] : properties) {
    options.properties.push_back({name, SecretText(value)});
  }
  return options;
}

void KafkaSinkTest::Open(KafkaOptions options) {
  KafkaSink::Links links{"kafka", &counters_, &registry_, -1, &clock_};
  auto opened = KafkaSink::Open(std::move(options), links, [this](size_t, Settlement settlement) {
    for (const RangeRef& ref : settlement.released) ++released_[ref.range.value()];
    delivered_ += settlement.delivered_items;
    for (RejectedItem& item : settlement.rejected) rejected_.push_back(std::move(item));
    recycled_ += settlement.recycled != nullptr ? 1 : 0;
    if (settlement.returned != nullptr) returned_.push_back(std::move(settlement.returned));
  });
  ASSERT_TRUE(opened.ok()) << opened.status().ToString();
  sink_ = *std::move(opened);
}

void KafkaSinkTest::Submit(const std::vector<FileRecords>& runs) {
  auto payload = std::make_unique<Payload>();
  payload->sink = SinkId(0);
  for (const FileRecords& run : runs) {
    for (uint64_t i = 0; i < run.count; ++i) {
      AppendRecord(run, run.first + i, next_range_++, *payload);
    }
  }
  PollUntil([&] { return sink_->TrySubmit(0, payload); }, "room");
}

uint64_t KafkaSinkTest::Read::repeats() const {
  uint64_t repeats = 0;
  for (const auto& [record, count] : copies) repeats += static_cast<uint64_t>(count - 1);
  return repeats;
}

KafkaSinkTest::Read KafkaSinkTest::ReadTopic(size_t expected, const std::string& topic) {
  Read read;
  KafkaReader reader(mock_.brokers(), {topic}, kPartitions);
  std::map<uint32_t, uint64_t> newest;  // By file, of what was seen for the first time.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  KafkaRead record;
  int quiet = 0;  // Repeats may stand behind the last new one.
  while ((read.copies.size() < expected || quiet < 5) &&
         std::chrono::steady_clock::now() < deadline) {
    if (!reader.Next(std::chrono::milliseconds(50), record)) {
      ++quiet;
      continue;
    }
    quiet = 0;
    unsigned file = 0;
    unsigned long long number = 0;
    const std::string value(record.value);
    EXPECT_EQ(std::sscanf(value.c_str(), R"({"file":%u,"n":%llu,)", &file, &number), 2) << value;
    EXPECT_TRUE(value.ends_with("\"}")) << value.substr(value.size() - 20);
    if (!record.id.empty()) read.ids.emplace_back(record.id);
    read.keys.insert(record.has_key ? std::string(record.key) : "none");
    read.partitions[file].insert(record.partition);
    if (++read.copies[{file, number}] > 1) continue;
    const auto [seen, is_first] = newest.try_emplace(file, number);
    if (!is_first && number < seen->second) {
      read.disorder.push_back(std::to_string(file) + ": " + std::to_string(number) + " after " +
                              std::to_string(seen->second));
    }
    seen->second = number;
  }
  return read;
}

void KafkaSinkTest::ExpectDelivered(const std::vector<FileRecords>& runs, const Read& read) {
  uint64_t expected = 0;
  for (const FileRecords& run : runs) {
    expected += run.count;
    for (uint64_t i = 0; i < run.count; ++i) {
      EXPECT_TRUE(read.copies.contains({run.file, run.first + i}))
          << "file " << run.file << " record " << run.first + i;
    }
    const auto partitions = read.partitions.find(run.file);
    ASSERT_NE(partitions, read.partitions.end());
    EXPECT_EQ(partitions->second.size(), 1u) << "file " << run.file;
  }
  EXPECT_EQ(read.copies.size(), expected);
  EXPECT_TRUE(read.disorder.empty()) << read.disorder.front();
  ExpectReleased(expected);
  EXPECT_EQ(delivered_, expected);
}

void KafkaSinkTest::ExpectReleased(uint64_t count) {
  EXPECT_EQ(released_.size(), count);
  for (const auto& [range, times] : released_) EXPECT_EQ(times, 1) << "range " << range;
}

}  // namespace tailrace
