#include "tests/judge/writer/log_writer.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace tailrace {
namespace {

constexpr double kSplitChance = 0.04;
constexpr double kStderrChance = 0.2;
constexpr size_t kRuntimePieceBytes = 16 << 10;  // containerd's and CRI-O's buffer

uint64_t MixSeed(uint64_t seed) {
  seed += 0x9e3779b97f4a7c15u;
  seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9u;
  seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebu;
  return seed ^ (seed >> 31);
}

}  // namespace

LogWriter::LogWriter(LogWriterOptions options, LedgerWriter* ledger, Rotator* rotator)
    : options_(std::move(options)),
      ledger_(ledger),
      rotator_(rotator),
      maker_(options_.run, options_.seed, options_.shapes) {}

LogWriter::~LogWriter() {
  if (fd_ >= 0) ::close(fd_);
}

bool LogWriter::Open(Clock::time_point now) {
  std::error_code error;
  std::filesystem::create_directories(options_.folder, error);
  next_rotation_ = now + options_.first_rotation;
  return OpenNew();
}

bool LogWriter::OpenNew() {
  const std::string path = options_.folder + "/" + options_.base;
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0640);
  if (fd < 0) return false;
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  file_ = MixSeed(options_.seed ^ MixSeed(++generation_));
  seq_ = 0;
  file_bytes_ = 0;
  return true;
}

bool LogWriter::Append(size_t bytes) {
  bytes = std::min(bytes, kMaxAppendBytes);
  while (out_.size() < bytes) {
    if (pending_.open && maker_.Chance(0.5)) {
      AddPiece();
    } else {
      AddLine();
    }
  }
  return WriteOut();
}

void LogWriter::AddLine() {
  text_.clear();
  maker_.Append(file_, seq_, &text_);
  const uint64_t seq = seq_++;
  if (options_.raw) {
    out_ += text_;
    out_ += '\n';
    Claim(file_, seq);
    return;
  }
  const bool cut =
      options_.split && (text_.size() > kRuntimePieceBytes || maker_.Chance(kSplitChance));
  if (cut && !pending_.open) {
    pending_ = {text_, 0, file_, seq, true};
    AddPiece();
    return;
  }
  // The pieces of stdout may only have lines of stderr between them.
  const bool to_stderr = pending_.open || maker_.Chance(kStderrChance);
  AddFramed(to_stderr ? " stderr F " : " stdout F ", text_);
  Claim(file_, seq);
}

void LogWriter::AddPiece() {
  const size_t left = pending_.text.size() - pending_.at;
  const size_t piece = left == 0 ? 0 : std::min({left, kRuntimePieceBytes, 1 + maker_.Draw(left)});
  const bool last = piece == left && pending_.at > 0;
  AddFramed(last ? " stdout F " : " stdout P ",
            std::string_view(pending_.text).substr(pending_.at, piece));
  pending_.at += piece;
  if (!last) return;
  Claim(pending_.file, pending_.seq);
  pending_.open = false;
}

void LogWriter::AddFramed(const char* stream_and_tag, std::string_view text) {
  AppendTime();
  out_ += stream_and_tag;
  out_ += text;
  out_ += '\n';
}

void LogWriter::AppendTime() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (now.tv_sec != second_) {
    tm parts;
    gmtime_r(&now.tv_sec, &parts);
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
    second_text_ = text;
    second_ = now.tv_sec;
  }
  char nanos[12];
  std::snprintf(nanos, sizeof nanos, "%09ldZ", now.tv_nsec);
  out_ += second_text_;
  out_ += nanos;
}

void LogWriter::Claim(uint64_t file, uint64_t seq) { claims_.emplace_back(file, seq); }

bool LogWriter::WriteOut() {
  for (size_t done = 0; done < out_.size();) {
    const ssize_t bytes = ::write(fd_, out_.data() + done, out_.size() - done);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return false;
    done += static_cast<size_t>(bytes);
  }
  bytes_ += out_.size();
  file_bytes_ += out_.size();
  out_.clear();
  for (size_t begin = 0, end = 0; begin < claims_.size(); begin = end) {
    const auto [file, first] = claims_[begin];
    while (end < claims_.size() && claims_[end].first == file &&
           claims_[end].second == first + (end - begin)) {
      ++end;
    }
    ledger_->Wrote(file, first, end - begin);
  }
  lines_ += claims_.size();
  claims_.clear();
  return true;
}

bool LogWriter::Step(Clock::time_point now) {
  if (rotation_ == Rotation::kNone) {
    const bool by_time = options_.rotate_every.count() > 0 && now >= next_rotation_;
    const bool by_size = options_.rotate_bytes > 0 && file_bytes_ >= options_.rotate_bytes;
    if (!by_time && !by_size) return true;
    next_rotation_ = now + options_.rotate_every;
    preparing_ =
        rotator_->Submit({options_.folder, options_.base, options_.keep, options_.gzip_level});
    rotation_ = Rotation::kPreparing;
  }
  if (rotation_ == Rotation::kPreparing) {
    if (preparing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return true;
    return Rename(now);
  }
  if (now < reopen_at_) return true;
  rotation_ = Rotation::kNone;
  while (pending_.open && !options_.split_across_rotation) AddPiece();
  if (!WriteOut()) return false;
  return OpenNew();
}

bool LogWriter::Rename(Clock::time_point now) {
  for (const std::string& stamp : preparing_.get()) {
    if (const auto found = rotated_.find(stamp); found != rotated_.end()) {
      ledger_->Removed(found->second);
      rotated_.erase(found);
    }
  }
  const std::string stamp = NextStamp();
  const std::string path = options_.folder + "/" + options_.base;
  if (::rename(path.c_str(), (path + "." + stamp).c_str()) != 0) return false;
  rotated_[stamp] = file_;
  rotation_ = Rotation::kRenamed;
  reopen_at_ = now + options_.reopen_delay;
  return true;
}

// The kubelet's stamp has a granularity of a second, and a second rotation in it would overwrite
// the first one's file: the stamp then moves on to the next second.
std::string LogWriter::NextStamp() {
  last_stamp_ = std::max<int64_t>(last_stamp_ + 1, ::time(nullptr));
  const time_t second = last_stamp_;
  tm parts;
  gmtime_r(&second, &parts);
  char stamp[32];
  strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
  return stamp;
}

bool LogWriter::Finish() {
  while (pending_.open) AddPiece();
  if (!WriteOut()) return false;
  if (rotation_ == Rotation::kPreparing) preparing_.wait();
  return true;
}

}  // namespace tailrace
