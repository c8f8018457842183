// Any bytes, in any of the formats, in segments of any size: every byte is covered once or counted,
// and the records do not depend on the segments.
//
//   input := flags max_line segment_bytes text
//
// each of the first three is one byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/check.h"
#include "parsers/framer.h"

namespace tailrace {
namespace {

struct Run {
  std::vector<std::pair<int64_t, std::string>> records;  // Offset, and body with time.
  int64_t accounted = 0;
};

void Collect(const RecordBatch& batch, Run& run) {
  for (size_t i = 0; i < batch.size(); ++i) {
    std::string text(batch.Text(batch.bodies[i]));
    text += batch.Text(batch.times[i]);
    run.records.emplace_back(batch.offsets[i], std::move(text));
    run.accounted += batch.covered[i];
  }
}

Run FrameIn(const FramerOptions& options, std::string_view text, size_t segment_bytes) {
  Run run;
  HeldPieces held;
  Framer framer(FileId(1), options, 0, &held);
  RecordBatch batch;
  const int64_t size = static_cast<int64_t>(text.size());
  while (!text.empty()) {
    const size_t length = std::min(segment_bytes, text.size());
    const std::unique_ptr<char[]> copy(new char[length]);
    text.copy(copy.get(), length);
    for (size_t at = 0; at < length;) {
      batch.Clear();
      batch.segment = copy.get() + at;
      at += framer.Frame({copy.get() + at, length - at}, batch);
      Collect(batch, run);
    }
    text.remove_prefix(length);
  }
  batch.Clear();
  framer.Flush(batch);
  Collect(batch, run);
  run.accounted += static_cast<int64_t>(framer.skips().total_bytes());
  CHECK(run.accounted == size);
  CHECK(framer.end_bytes() == size);
  CHECK(framer.end_is_resumable());
  return run;
}

FramerOptions OptionsOf(uint8_t flags, uint8_t max_line) {
  FramerOptions options;
  switch (flags % 6) {
    case 0:
      options.format = FileFormat::kRaw;
      break;
    case 1:
    case 2:
      options.format = FileFormat::kCri;
      break;
    case 3:
      options.format = FileFormat::kDocker;
      break;
    case 4:
      options.encoding = "utf-16le";
      break;
    default:
      options.encoding = "GB18030";
  }
  options.max_line_bytes = 4 + uint32_t{max_line};
  return options;
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const tailrace::FramerOptions options = tailrace::OptionsOf(data[0], data[1]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 3, size - 3);
  const tailrace::Run whole = tailrace::FrameIn(options, text, text.size());
  const tailrace::Run parts = tailrace::FrameIn(options, text, 1 + size_t{data[2]});
  CHECK(whole.records == parts.records);
  return 0;
}
