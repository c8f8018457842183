// judge_bulk_server --run TOKEN [--port N] [--seed N] [--faults JSON] [--dump PATH]
// A scripted Elasticsearch on 127.0.0.1. Prints `port N` and `control N`, serves until SIGTERM,
// then writes its counts to PATH and PATH.json.
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/judge/server/server.h"

namespace tailrace {
namespace {

int Run(std::map<std::string, std::string>& options) {
  std::string error;
  Faults faults;
  if (options.contains("--faults") && !faults.Update(options["--faults"], &error)) {
    std::fprintf(stderr, "judge_bulk_server: --faults: %s\n", error.c_str());
    return 2;
  }
  const std::string seed = options.contains("--seed") ? options["--seed"] : "1";
  Elastic elastic(options["--run"], std::strtoull(seed.c_str(), nullptr, 10), faults);
  Server server(&elastic);
  if (!server.Open(std::atoi(options["--port"].c_str()), &error)) {
    std::fprintf(stderr, "judge_bulk_server: %s\n", error.c_str());
    return 1;
  }
  std::printf("port %d\ncontrol %d\n", server.port(), server.control_port());
  std::fflush(stdout);
  server.Run();
  if (options.contains("--dump") && !elastic.Dump(options["--dump"])) {
    std::fprintf(stderr, "judge_bulk_server: cannot write %s\n", options["--dump"].c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace tailrace

int main(int argc, char** argv) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  if (argc % 2 == 0 || !options.contains("--run")) {
    std::fprintf(stderr,
                 "usage: judge_bulk_server --run TOKEN [--port N] [--seed N] [--faults JSON] "
                 "[--dump PATH]\n");
    return 2;
  }
  return tailrace::Run(options);
}
