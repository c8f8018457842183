// judge_tally --run TOKEN --ledger FILE... [--store DUMP] [--documents NDJSON...] [--dead-letters
// NDJSON...] [--list] Prints one JSON object: the counts of tests/judge/core/tally.h with examples.
// --list gives all findings, not ten each.
#include <cstdio>
#include <cstring>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/judge/core/ledger.h"
#include "tests/judge/core/line.h"
#include "tests/judge/core/line_counts.h"
#include "tests/judge/core/records.h"
#include "tests/judge/core/tally.h"

namespace tailrace {
namespace {

struct Options {
  std::string run, store;
  std::vector<std::string> ledgers, documents, dead_letters;
  bool dead_letters_given = false;
  bool list = false;
};

bool ParseOptions(int argc, char** argv, Options* options) {
  std::vector<std::string> run, store;
  std::vector<std::string>* into = nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--run") {
      into = &run;
    } else if (word == "--store") {
      into = &store;
    } else if (word == "--ledger") {
      into = &options->ledgers;
    } else if (word == "--documents") {
      into = &options->documents;
    } else if (word == "--dead-letters") {
      into = &options->dead_letters;
      options->dead_letters_given = true;
    } else if (word == "--list") {
      options->list = true;
    } else if (into != nullptr) {
      into->push_back(word);
    } else {
      return false;
    }
  }
  if (run.size() != 1 || store.size() > 1) return false;
  options->run = run.front();
  if (!store.empty()) options->store = store.front();
  return true;
}

nlohmann::json ToJson(const Findings& findings) {
  nlohmann::json lines = nlohmann::json::array();
  for (const auto& [file, seq] : findings.lines) lines.push_back({FileName(file), seq});
  return lines;
}

int Fail(const std::string& path) {
  std::fprintf(stderr, "judge_tally: read %s: %s\n", path.c_str(), std::strerror(errno));
  return 2;
}

int Run(const Options& options) {
  Ledger ledger;
  for (const std::string& path : options.ledgers) {
    if (!ledger.Load(path)) return Fail(path);
  }
  RecordCounts stored, dead;
  if (!options.store.empty() && !stored.lines.Load(options.store)) return Fail(options.store);
  for (const std::string& path : options.documents) {
    if (!LoadDocuments(path, options.run, &stored)) return Fail(path);
  }
  for (const std::string& path : options.dead_letters) {
    if (!LoadDeadLetters(path, options.run, &dead)) return Fail(path);
  }
  TallyOptions tally;
  if (options.list) tally.max_examples = SIZE_MAX;
  if (options.dead_letters_given) tally.dead_letters = &dead.lines;
  const TallyResult result = Tally(ledger, stored.lines, tally);
  nlohmann::json out = {{"written", result.written},
                        {"stored", stored.lines.lines()},
                        {"documents", stored.lines.documents()},
                        {"refused", stored.lines.refused_lines()},
                        {"dead_letters", dead.lines.documents()},
                        {"corrupt", stored.corrupt + dead.corrupt},
                        {"fillers", stored.fillers},
                        {"lost_in_removed", result.lost_in_removed}};
  const std::pair<const char*, const Findings&> findings[] = {{"lost", result.lost},
                                                              {"twice", result.twice},
                                                              {"foreign", result.foreign},
                                                              {"dead_missing", result.dead_missing},
                                                              {"dead_extra", result.dead_extra},
                                                              {"dead_twice", result.dead_twice}};
  for (const auto& [name, finding] : findings) {
    out[name] = finding.count;
    out["lines"][name] = ToJson(finding);
  }
  std::printf("%s\n", out.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace tailrace

int main(int argc, char** argv) {
  tailrace::Options options;
  if (!tailrace::ParseOptions(argc, argv, &options)) {
    std::fprintf(stderr,
                 "usage: judge_tally --run TOKEN --ledger FILE... [--store DUMP] "
                 "[--documents NDJSON...] [--dead-letters NDJSON...] [--list]\n");
    return 2;
  }
  try {
    return tailrace::Run(options);
  } catch (const std::exception& error) {  // out of memory, at most
    std::fprintf(stderr, "judge_tally: %s\n", error.what());
    return 2;
  }
}
