// What the tests of the local sinks share: files in a directory of their own, payloads of numbered
// documents, and what was settled of them.
//
// Threads    One test thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "agent/base/check.h"
#include "sinks/local_sink_links.h"
#include "sinks/sink_client.h"

namespace tailrace {

// A directory for one run of the test program, removed with all in it when that ends.
class RunDir {
 public:
  RunDir() : path_(testing::TempDir() + "sinks_test_XXXXXX") {
    CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~RunDir() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  RunDir(const RunDir&) = delete;
  RunDir& operator=(const RunDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// An empty directory in it.
inline std::string FreshSinkDir(std::string_view name) {
  static const RunDir run;
  std::string dir = run.path() + "/" + std::string(name);
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  return dir;
}

inline std::string Contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void SetContents(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// {"n":FIRST} ... one document a line; each needs one range, numbered as it is.
inline PayloadPtr MakePayload(uint64_t first, uint64_t count, uint16_t sink = 0) {
  auto payload = std::make_unique<Payload>();
  payload->sink = SinkId(sink);
  for (uint64_t n = first; n < first + count; ++n) {
    PayloadItem item;
    item.offset = static_cast<uint32_t>(payload->bytes.size());
    payload->bytes.Append("{\"n\":" + std::to_string(n) + "}\n");
    item.length = static_cast<uint32_t>(payload->bytes.size()) - item.offset;
    item.first_range = static_cast<uint32_t>(payload->ranges.size());
    item.range_count = 1;
    payload->items.push_back(item);
    payload->ranges.push_back({FileId(1), RangeId(n)});
  }
  return payload;
}

inline std::string LinesOf(uint64_t first, uint64_t count) {
  std::string lines;
  for (uint64_t n = first; n < first + count; ++n) lines += "{\"n\":" + std::to_string(n) + "}\n";
  return lines;
}

// Adds up what a sink settled.
struct Settled {
  std::vector<uint64_t> released;  // Range numbers, in the order of their release.
  uint64_t delivered = 0;
  uint64_t dropped = 0;
  uint64_t recycled = 0;
  std::vector<size_t> workers;

  SettleFn Into() {
    return [this](size_t worker, Settlement settlement) {
      for (const RangeRef& ref : settlement.released) released.push_back(ref.range.value());
      delivered += settlement.delivered_items;
      dropped += settlement.dropped_items;
      recycled += settlement.recycled != nullptr ? 1 : 0;
      workers.push_back(worker);
      EXPECT_TRUE(settlement.rejected.empty());
    };
  }
};

class LocalSinkTest : public testing::Test {
 protected:
  LocalSinkLinks links() { return {&counters_, -1, &clock_}; }
  // Offers the documents FIRST ... to `sink` and expects that it takes them.
  void Submit(SinkClient& sink, uint64_t first, uint64_t count, uint16_t sink_id = 0) {
    PayloadPtr payload = MakePayload(first, count, sink_id);
    EXPECT_TRUE(sink.TrySubmit(3, payload));
    EXPECT_EQ(payload, nullptr);
  }
  static void PollNow(SinkClient& sink) { sink.Poll(std::chrono::milliseconds(0)); }

  MetricRegistry registry_;
  SinkCounters counters_{registry_, "sink"};
  ManualClock clock_;
  Settled settled_;
};

inline std::vector<uint64_t> Numbers(uint64_t first, uint64_t count) {
  std::vector<uint64_t> numbers;
  for (uint64_t n = first; n < first + count; ++n) numbers.push_back(n);
  return numbers;
}

}  // namespace tailrace
