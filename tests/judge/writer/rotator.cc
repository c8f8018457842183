#include "tests/judge/writer/rotator.h"

#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

namespace tailrace {
namespace {

namespace fs = std::filesystem;

// Rotated names without ".gz", oldest first: the stamps sort by time.
std::vector<std::string> RotatedNames(const RotationJob& job) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(job.folder, error)) {
    std::string name = entry.path().filename();
    if (!name.starts_with(job.base + ".")) continue;
    if (name.ends_with(".tmp")) {
      fs::remove(entry.path(), error);
      continue;
    }
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool CompressTo(const std::string& from, const std::string& to, int level) {
  const std::unique_ptr<FILE, int (*)(FILE*)> in(std::fopen(from.c_str(), "rb"), &std::fclose);
  const std::string mode = "wb" + std::to_string(level);
  const gzFile out = in ? gzopen(to.c_str(), mode.c_str()) : nullptr;
  if (out == nullptr) return false;
  std::vector<char> buffer(256 << 10);
  bool good = true;
  for (size_t bytes = 0;
       good && (bytes = std::fread(buffer.data(), 1, buffer.size(), in.get())) > 0;) {
    good = gzwrite(out, buffer.data(), static_cast<unsigned>(bytes)) == static_cast<int>(bytes);
  }
  return gzclose(out) == Z_OK && good;
}

void Compress(const std::string& path, int level) {
  std::error_code error;
  if (!fs::exists(path, error) || !CompressTo(path, path + ".tmp", level)) return;
  fs::rename(path + ".tmp", path + ".gz", error);
  if (!error) fs::remove(path, error);
}

std::vector<std::string> Prepare(const RotationJob& job) {
  std::vector<std::string> names = RotatedNames(job);
  // The live file is about to become one more, and a new live file comes beside it.
  const size_t stay = static_cast<size_t>(std::max(job.keep - 2, 0));
  const size_t excess = names.size() > stay ? names.size() - stay : 0;
  std::vector<std::string> removed;
  std::error_code error;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string path = job.folder + "/" + names[i];
    if (i < excess) {
      fs::remove(path, error);
      fs::remove(path + ".gz", error);
      removed.push_back(names[i].substr(job.base.size() + 1));
    } else if (job.gzip_level > 0) {
      Compress(path, job.gzip_level);
    }
  }
  return removed;
}

}  // namespace

Rotator::Rotator() : thread_([this] { Loop(); }) {}

Rotator::~Rotator() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::future<std::vector<std::string>> Rotator::Submit(RotationJob job) {
  Task task([job = std::move(job)] { return Prepare(job); });
  auto result = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
  return result;
}

void Rotator::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace tailrace
