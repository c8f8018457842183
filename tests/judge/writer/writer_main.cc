// judge_writer --run TOKEN --root FOLDER --ledger FILE [options]: a kubelet-like writer that keeps
// books.
//   --layout pods|raw     <root>/<ns>_<pod>_<uid>/<container>/0.log, or <root>/app-N.log (pods)
//   --containers N (8)  --rate BYTES/s in all (1000000)  --seconds S, --lines N (until SIGTERM)
//   --seed N (1)
//   --rotate-every S, --rotate-bytes N (never)  --keep N (10)  --gzip-level N (1; 0 off)
//   --reopen-delay MS (20)
//   --shapes LIST (all)  --split 0|1 (1)  --split-rotation 0|1 (1)  --namespace NAME (judge)
// Ends with one line {"lines":N,"bytes":N,"files":N,"cpu_seconds":S}.
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/judge/core/ledger.h"
#include "tests/judge/core/line.h"
#include "tests/judge/writer/line_maker.h"
#include "tests/judge/writer/log_writer.h"
#include "tests/judge/writer/rotator.h"

namespace tailrace {
namespace {

using Clock = LogWriter::Clock;
using std::chrono::milliseconds;

volatile sig_atomic_t stopped = 0;

struct Options {
  std::map<std::string, std::string> given;

  std::string Text(const char* name, const char* fallback) const {
    const auto found = given.find(name);
    return found == given.end() ? fallback : found->second;
  }
  double Number(const char* name, double fallback) const {
    const auto found = given.find(name);
    return found == given.end() ? fallback : std::atof(found->second.c_str());
  }
};

LogWriterOptions LogOptions(const Options& options, int number, int count) {
  LogWriterOptions log;
  const std::string root = options.Text("--root", "");
  char name[160];
  log.raw = options.Text("--layout", "pods") == "raw";
  if (log.raw) {
    log.folder = root;
    log.base = "app-" + std::to_string(number) + ".log";
  } else {
    const std::string pods = options.Text("--namespace", "judge");
    std::snprintf(name, sizeof name, "/%s_web-%d_%08x-0000-4000-8000-%012d/app", pods.c_str(),
                  number, static_cast<unsigned>(HashText(pods)), number);
    log.folder = root + name;
  }
  log.run = options.Text("--run", "");
  log.split = options.Number("--split", 1) != 0;
  log.split_across_rotation = options.Number("--split-rotation", 1) != 0;
  log.rotate_every = milliseconds(std::lround(options.Number("--rotate-every", 0) * 1000));
  log.first_rotation = log.rotate_every * (number + 1) / count;
  log.rotate_bytes = static_cast<uint64_t>(options.Number("--rotate-bytes", 0));
  log.reopen_delay = milliseconds(std::lround(options.Number("--reopen-delay", 20)));
  log.keep = static_cast<int>(options.Number("--keep", 10));
  log.gzip_level = static_cast<int>(options.Number("--gzip-level", 1));
  log.seed = static_cast<uint64_t>(options.Number("--seed", 1)) * 1'000'003 +
             static_cast<uint64_t>(number);
  log.shapes = options.Text("--shapes", "");
  return log;
}

int Fail(const char* what) {
  std::fprintf(stderr, "judge_writer: %s: %s\n", what, std::strerror(errno));
  return 1;
}

void Report(const std::vector<std::unique_ptr<LogWriter>>& logs) {
  uint64_t lines = 0, bytes = 0, files = 0;
  for (const auto& log : logs) {
    lines += log->lines();
    bytes += log->bytes();
    files += log->files();
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  std::printf("{\"lines\":%llu,\"bytes\":%llu,\"files\":%llu,\"cpu_seconds\":%.2f}\n",
              static_cast<unsigned long long>(lines), static_cast<unsigned long long>(bytes),
              static_cast<unsigned long long>(files), cpu);
}

// Writes until the time, the lines or the patience of whoever sent SIGTERM are at their end. False
// on an I/O error.
bool WriteAll(const Options& options, LedgerWriter* ledger,
              const std::vector<std::unique_ptr<LogWriter>>& logs) {
  constexpr milliseconds kTick(5);
  // Who was stopped (SIGSTOP) for longer than this does not make up for it afterwards.
  constexpr milliseconds kPause(500);
  const double rate = options.Number("--rate", 1e6) / static_cast<double>(logs.size());
  const double seconds = options.Number("--seconds", 0), lines = options.Number("--lines", 0);
  Clock::time_point start = Clock::now();
  for (auto tick = start; stopped == 0; tick += kTick) {
    std::this_thread::sleep_until(tick);
    const Clock::time_point now = Clock::now();
    if (now - tick > kPause) {
      start += now - tick;
      tick = now;
    }
    const double elapsed = std::chrono::duration<double>(now - start).count();
    uint64_t written = 0;
    for (const auto& log : logs) {
      const double owed = elapsed * rate - static_cast<double>(log->bytes());
      if (!log->Step(now) || (owed > 0 && !log->Append(static_cast<size_t>(owed) + 1)))
        return false;
      written += log->lines();
    }
    if (!ledger->Flush()) return false;
    if (seconds > 0 && elapsed >= seconds) break;
    if (lines > 0 && static_cast<double>(written) >= lines) break;
  }
  for (const auto& log : logs) {
    if (!log->Finish()) return false;
  }
  return ledger->Flush();
}

int Run(const Options& options) {
  LedgerWriter ledger;
  if (!ledger.Open(options.Text("--ledger", ""))) return Fail("open the ledger");
  if (!LineMaker("", 1, options.Text("--shapes", "")).valid()) {
    errno = EINVAL;
    return Fail("--shapes");
  }
  Rotator rotator;
  std::vector<std::unique_ptr<LogWriter>> logs;
  const int count = static_cast<int>(options.Number("--containers", 8));
  for (int number = 0; number < count; ++number) {
    logs.push_back(
        std::make_unique<LogWriter>(LogOptions(options, number, count), &ledger, &rotator));
    if (!logs.back()->Open(Clock::now())) return Fail("make a log");
  }
  if (!WriteAll(options, &ledger, logs)) return Fail("write");
  Report(logs);
  return 0;
}

}  // namespace
}  // namespace tailrace

int main(int argc, char** argv) {
  signal(SIGTERM, [](int) { tailrace::stopped = 1; });
  signal(SIGINT, [](int) { tailrace::stopped = 1; });
  tailrace::Options options;
  for (int i = 1; i + 1 < argc; i += 2) options.given[argv[i]] = argv[i + 1];
  if (argc % 2 == 0 || !options.given.contains("--run") || !options.given.contains("--root") ||
      !options.given.contains("--ledger")) {
    std::fprintf(stderr, "usage: judge_writer --run TOKEN --root FOLDER --ledger FILE [options]\n");
    return 2;
  }
  return tailrace::Run(options);
}
