#include "tests/agent/tail/tail_harness.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "agent/base/unique_fd.h"
#include "agent/codec/gzip.h"

namespace tailrace {
namespace {

constexpr std::chrono::milliseconds kTick{5};
constexpr int kQuietSteps = 3;
constexpr int kStepsMax = 200'000;

void WriteAll(const std::string& path, const std::string& text, int flags) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644));
  ASSERT_TRUE(fd.valid()) << path;
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t bytes = write(fd.get(), text.data() + done, text.size() - done);
    ASSERT_GT(bytes, 0) << path;
    done += static_cast<size_t>(bytes);
  }
}

std::string ReadAll(const std::string& path) {
  std::string text;
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[65536];
  for (ssize_t bytes = 0; (bytes = read(fd.get(), buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(bytes));
  }
  return text;
}

}  // namespace

TailHarness::TailHarness(std::string root) {
  std::string pattern = (root.empty() ? testing::TempDir() : root + "/") + "tail_XXXXXX";
  dir_ = mkdtemp(pattern.data());
  TailSourceOptions source;
  source.name = "logs";
  source.include = {dir_ + "/**/*.log*"};
  source.poll_interval = std::chrono::milliseconds(1000);
  options.sources.push_back(source);
  options.node_name = "node";
  options.id_key = "key";
}

TailHarness::~TailHarness() {
  reader_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

void TailHarness::UsePods() {
  TailSourceOptions& source = options.sources[0];
  source.kubernetes = true;
  source.root = dir_;
  source.include.clear();
}

void TailHarness::Start() {
  ASSERT_TRUE(options.sources[0].Validate().ok()) << options.sources[0].Validate();
  reader_.reset();
  files_.clear();
  worker_.clear();
  worker_of_lineage_.clear();
  unclosed_.clear();
  ends_of_input_ = 0;
  opens_ = 0;
  control_ = std::make_unique<SpscRing<ReaderCommand>>(16);
  reloads_ = std::make_unique<SpscRing<ReaderReloadPtr>>(1);
  epochs_ = 0;
  doorbell_ = std::make_unique<Doorbell>();
  ReaderPorts ports;
  ports.control = control_.get();
  ports.reloads = reloads_.get();
  ports.doorbell = doorbell_.get();
  ports.heartbeat = &heartbeat_;
  for (size_t i = 0; i < workers; ++i) {
    worker_.push_back(std::make_unique<Worker>(ring_slabs));
    ports.workers.push_back({&worker_[i]->slabs, &worker_[i]->doorbell, &worker_[i]->commands});
  }
  auto chosen = [this](SourceId id, const StreamInfo& stream) { return select(id, stream); };
  reader_ = std::make_unique<Reader>(options, stored, chosen, clock, metrics_, ports);
}

void TailHarness::Stop() { reader_.reset(); }

void TailHarness::StopReader() {
  ReaderCommand stop;
  stop.kind = ReaderCommand::Kind::kStop;
  ASSERT_TRUE(control_->TryPush(stop));
}

void TailHarness::Reload(std::vector<SourceReload> sources) {
  auto reload = std::make_unique<ReaderReload>();
  reload->epoch = ++epochs_;
  reload->sources = std::move(sources);
  reload->select = [this](SourceId id, const StreamInfo& stream) { return select(id, stream); };
  ASSERT_TRUE(reloads_->TryPush(reload));
}

uint64_t TailHarness::epoch() const {
  uint64_t epoch = UINT64_MAX;
  for (const auto& worker : worker_) epoch = std::min(epoch, worker->epoch);
  return epoch;
}

void TailHarness::Step() {
  reader_->Step();
  Drain();
}

void TailHarness::Settle() {
  int quiet = 0;
  for (int i = 0; i < kStepsMax && quiet < kQuietSteps; ++i) {
    const MonotonicTime next = reader_->Step();
    const bool busy = Drain() || next <= clock.Now();
    quiet = busy ? 0 : quiet + 1;
    clock.Advance(kTick);
  }
  EXPECT_GE(quiet, kQuietSteps) << "the reader does not come to rest";
}

void TailHarness::Advance(std::chrono::milliseconds by) {
  Settle();
  const auto tick = std::max<std::chrono::milliseconds>(by / 100, kTick);
  for (auto passed = tick; passed <= by; passed += tick) {
    clock.Advance(tick);
    Step();
  }
  Settle();
}

bool TailHarness::RunToEnd() {
  for (int i = 0; i < kStepsMax; ++i) {
    reader_->Step();
    Drain();
    if (reader_->done()) return true;
    clock.Advance(kTick);
  }
  return false;
}

void TailHarness::Append(const std::string& name, const std::string& text) {
  WriteAll(Path(name), text, O_APPEND);
}
void TailHarness::Write(const std::string& name, const std::string& text) {
  WriteAll(Path(name), text, O_TRUNC);
}
void TailHarness::Rename(const std::string& from, const std::string& to) {
  std::filesystem::create_directories(std::filesystem::path(Path(to)).parent_path());
  ASSERT_EQ(rename(Path(from).c_str(), Path(to).c_str()), 0) << from;
}
void TailHarness::Remove(const std::string& name) {
  ASSERT_EQ(unlink(Path(name).c_str()), 0) << name;
}
void TailHarness::Truncate(const std::string& name, int64_t bytes) {
  ASSERT_EQ(truncate(Path(name).c_str(), bytes), 0) << name;
}
void TailHarness::Gzip(const std::string& from, const std::string& to) {
  std::string compressed;
  GzipCompressor().AppendTo(ReadAll(Path(from)), compressed);
  Write(to, compressed);
}

void TailHarness::Send(uint32_t worker, ReaderCommand command) {
  ASSERT_TRUE(worker_[worker]->commands.TryPush(command));
}

bool TailHarness::Drain() {
  if (hold_slabs) return false;
  bool any = false;
  for (uint32_t i = 0; i < worker_.size(); ++i) {
    while (std::optional<SlabPtr> slab = worker_[i]->slabs.TryPop()) {
      any = true;
      ++slabs_received_;
      for (const Segment& segment : (*slab)->segments) Take(i, segment, **slab);
      ReaderCommand free_slab;
      free_slab.slab = std::move(*slab);
      Send(i, std::move(free_slab));
    }
  }
  if (hold_closed) return any;
  for (const auto& [worker, id] : std::exchange(unclosed_, {})) {
    if (files_[id.value()].open) continue;  // It was handed back meanwhile.
    ReaderCommand closed;
    closed.kind = ReaderCommand::Kind::kClosed;
    closed.file = id;
    Send(worker, std::move(closed));
    any = true;
  }
  return any;
}

void TailHarness::Take(uint32_t worker, const Segment& segment, const Slab& slab) {
  if (segment.kind == SegmentKind::kEndOfInput) {
    ++ends_of_input_;
    flush_held_ = segment.flush_held;
    return;
  }
  if (segment.kind == SegmentKind::kEpoch) {
    EXPECT_EQ(segment.epoch, worker_[worker]->epoch + 1);
    worker_[worker]->epoch = segment.epoch;
    return;
  }
  SentFile& file = files_[segment.file.value()];
  file.known_bytes = std::max(file.known_bytes, segment.file_bytes);
  EXPECT_FALSE(file.gone) << "a step after kGone";
  if (segment.kind != SegmentKind::kOpen) {
    ASSERT_NE(file.stream, nullptr) << "a step before kOpen";
    EXPECT_EQ(file.worker, worker);
    TakeStep(file, segment, slab);
    if (segment.kind == SegmentKind::kEnd) TakeEnd(worker, file, segment);
    return;
  }
  ASSERT_EQ(file.stream, nullptr) << "a second kOpen";
  ASSERT_NE(segment.opened, nullptr);
  file.stream = segment.opened->stream;
  file.anchor = segment.opened->anchor;
  file.begin = file.expected = segment.offset;
  file.open = true;
  file.worker = worker;
  file.opened_as = ++opens_;
  file.opened_in = worker_[worker]->epoch;
  const auto [known, added] = worker_of_lineage_.emplace(file.stream->lineage, worker);
  EXPECT_EQ(known->second, worker) << "a log changed its worker";
  EXPECT_EQ(file.anchor.length_bytes, std::min<int64_t>(kAnchorBytesMax, segment.offset));
}

void TailHarness::TakeStep(SentFile& file, const Segment& segment, const Slab& slab) {
  const bool returns = segment.kind == SegmentKind::kReturn;
  EXPECT_EQ(file.left, returns || (file.left && segment.kind == SegmentKind::kGone))
      << "between kLeave and kReturn";
  if (returns || segment.kind == SegmentKind::kLeave) {
    file.left = !returns;
    return;
  }
  if (segment.kind != SegmentKind::kReopen && segment.kind != SegmentKind::kGone) {
    if (file.rewound && (!file.open || segment.offset != file.expected)) return;
    EXPECT_TRUE(file.open) << "a step while the file is not open";
  }
  if (segment.kind == SegmentKind::kGone) {
    EXPECT_FALSE(file.open && !file.left) << "gone without an end";
    file.gone = true;
    return;
  }
  EXPECT_EQ(segment.offset, file.expected) << "of " << file.stream->path;
  file.rewound = false;
  switch (segment.kind) {
    case SegmentKind::kData:
      EXPECT_GT(segment.length, 0u);
      file.content.append(slab.bytes.get() + segment.begin, segment.length);
      file.expected += segment.length;
      break;
    case SegmentKind::kSkip:
      EXPECT_GT(segment.skipped_bytes, 0);
      file.skips.push_back({segment.offset, segment.skipped_bytes, segment.reason});
      if (segment.skipped_bytes < (64 << 20)) {
        file.content.append(static_cast<size_t>(segment.skipped_bytes), '\1');
      }
      file.expected += segment.skipped_bytes;
      break;
    case SegmentKind::kFlush:
      ++file.flushes;
      break;
    case SegmentKind::kRekey:
      ASSERT_NE(segment.opened, nullptr);
      file.stream = segment.opened->stream;
      ++file.rekeys;
      break;
    case SegmentKind::kReopen:
      EXPECT_FALSE(file.open) << "reopened while open";
      file.open = true;
      break;
    default:
      break;
  }
}

void TailHarness::TakeEnd(uint32_t worker, SentFile& file, const Segment& segment) {
  if (!file.open || segment.offset != file.expected) return;
  file.open = false;
  ++file.ends;
  unclosed_.emplace_back(worker, segment.file);
}

void TailHarness::Pause(uint32_t file) {
  ReaderCommand command;
  command.kind = ReaderCommand::Kind::kPause;
  command.file = FileId(file);
  Send(files_[file].worker, std::move(command));
}

void TailHarness::Rewind(uint32_t id, int64_t offset) {
  SentFile& file = files_[id];
  ASSERT_GE(offset, file.begin);
  ASSERT_LE(offset, file.expected);
  file.content.resize(static_cast<size_t>(offset - file.begin));
  while (!file.skips.empty() && file.skips.back().offset >= offset) file.skips.pop_back();
  file.expected = offset;
  file.rewound = true;
  file.open = true;
  ReaderCommand command;
  command.kind = ReaderCommand::Kind::kRewind;
  command.file = FileId(id);
  command.offset = offset;
  Send(file.worker, std::move(command));
}

void TailHarness::Resume(uint32_t file) {
  ReaderCommand command;
  command.kind = ReaderCommand::Kind::kResume;
  command.file = FileId(file);
  Send(files_[file].worker, std::move(command));
}

std::string CriLine(int64_t number, const std::string& text) {
  char time[64];
  snprintf(time, sizeof(time), "2026-01-02T03:04:%02d.%09dZ",
           static_cast<int>(number / 1'000'000'000 % 60), static_cast<int>(number % 1'000'000'000));
  return std::string(time) + " stdout F " + text + "\n";
}

std::string Lines(const std::string& name, int first, int count) {
  std::string lines;
  for (int i = first; i < first + count; ++i) {
    char number[16];
    snprintf(number, sizeof(number), " %07d\n", i);
    lines += name + number;
  }
  return lines;
}

}  // namespace tailrace
