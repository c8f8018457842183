// The slow half of the kubelet's rotation, in a thread of its own: what it does to the rotated
// files of one log before it renames the live one (container_log_manager.go: cleanup of .tmp,
// removal of the oldest, gzip of all that are not yet).
//
// Threads    Submit from one thread; the work is done in another. A log has at most one job at a
// time. Ordering   Jobs are done in the order in which they are submitted. Failure    What cannot
// be read or written is left as it is; the next rotation tries again.
#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tailrace {

struct RotationJob {
  std::string folder;  // of the log
  std::string base;    // the live file's name; rotated ones are BASE.STAMP and BASE.STAMP.gz
  int keep = 10;       // generations in all, the live one and the one about to be renamed included
  int gzip_level = 1;  // 0: no compression
};

class Rotator {
 public:
  Rotator();
  ~Rotator();  // after the last job
  Rotator(const Rotator&) = delete;
  Rotator& operator=(const Rotator&) = delete;

  // The future gives the stamps of the files that were removed for good.
  std::future<std::vector<std::string>> Submit(RotationJob job);

 private:
  using Task = std::packaged_task<std::vector<std::string>()>;
  void Loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tailrace
