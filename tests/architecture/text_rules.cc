#include "tests/architecture/text_rules.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include "tests/architecture/scopes.h"

namespace tailrace {
namespace {

constexpr std::string_view kLabels[] = {"Invariants", "Threads", "Ownership", "Bounds",
                                        "Ordering",   "Failure", "Cost",      "Units"};
constexpr std::string_view kEmptyNames[] = {"util",    "utils", "common",  "helper",
                                            "helpers", "misc",  "manager", "managers"};
constexpr std::string_view kTopLevel[] = {
    "agent",   "parsers",  "sinks",          "ringbuffer",       "bench",
    "tests",   "deploy",   "conf",           "README.md",        "CONTRIBUTING.md",
    "LICENSE", "Makefile", "CMakeLists.txt", "CMakePresets.json"};

bool IsProduct(const SourceFile& file) {
  return !file.path.starts_with("tests/") && !file.path.starts_with("bench/");
}

// The label that a comment line begins with ("// Threads    Any."), as its position in kLabels.
std::optional<size_t> LabelOf(std::string_view line) {
  for (size_t i = 0; i < std::size(kLabels); ++i) {
    const std::string start = "// " + std::string(kLabels[i]);
    if (line == start || line.starts_with(start + "  ")) return i;
  }
  return std::nullopt;
}

// "" when the header begins as it should.
std::string ContractProblem(const SourceFile& file) {
  constexpr size_t kPurposeMin = 30;  // Shorter ones only repeat the name.
  size_t line = 0, purpose = 0;
  std::optional<size_t> last;
  for (; line < file.lines.size() && file.lines[line].starts_with("//"); ++line) {
    const std::optional<size_t> label = LabelOf(file.lines[line]);
    if (label.has_value() && last.has_value() && *label <= *last) {
      return "label " + std::string(kLabels[*label]) + " stands behind " +
             std::string(kLabels[*last]) +
             ": the order is Invariants, Threads, Ownership, Bounds, "
             "Ordering, Failure, Cost, Units";
    }
    if (label.has_value()) last = label;
    if (!last.has_value()) purpose += file.lines[line].size();
  }
  if (line == file.lines.size() || file.lines[line] != "#pragma once") {
    return "must begin with a comment and `#pragma once` right behind it";
  }
  if (purpose < kPurposeMin) return "must begin with a sentence on what the header is for";
  if (!last.has_value() && IsProduct(file)) {
    return "its contract names no label; say at least whose thread it lives on (Threads)";
  }
  return "";
}

bool IsEmptyName(std::string_view word) {
  return std::find(std::begin(kEmptyNames), std::end(kEmptyNames), word) != std::end(kEmptyNames);
}

// The words of "agent/base/file_helper.h" or "FileHelper", in lower case.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words(1);
  for (char c : name) {
    const bool is_upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (is_upper || !std::isalnum(static_cast<unsigned char>(c))) words.emplace_back();
    if (std::isalnum(static_cast<unsigned char>(c))) {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return words;
}

bool HasEmptyName(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  return std::any_of(words.begin(), words.end(), IsEmptyName);
}

void AddMatches(const SourceFile& file, const std::vector<std::string>& lines,
                const std::regex& pattern, const std::string& what,
                std::vector<Violation>& violations) {
  for (size_t i = 0; i < lines.size(); ++i) {
    if (std::regex_search(lines[i], pattern)) violations.push_back({file.path, i + 1, what});
  }
}

}  // namespace

std::vector<Violation> HeadersWithoutContract(const SourceTree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree.sources) {
    if (!file.is_header()) continue;
    std::string problem = ContractProblem(file);
    if (!problem.empty()) violations.push_back({file.path, 1, std::move(problem)});
  }
  return violations;
}

std::vector<Violation> ForeignNamespaces(const SourceTree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree.sources) {
    for (const NamedScope& scope : FindScopes(file.code).namespaces) {
      if (scope.name.empty() || scope.name == "tailrace" || !scope.defines) continue;
      violations.push_back(
          {file.path, scope.line,
           "namespace " + scope.name + ": there is tailrace and the anonymous one"});
    }
  }
  return violations;
}

std::vector<Violation> EmptyNames(const SourceTree& tree) {
  std::vector<Violation> violations;
  for (const std::string& path : tree.paths) {
    if (HasEmptyName(path)) violations.push_back({path, 0, "name it after what it does"});
  }
  for (const SourceFile& file : tree.sources) {
    for (const NamedScope& scope : FindScopes(file.code).classes) {
      if (!HasEmptyName(scope.name)) continue;
      violations.push_back({file.path, scope.line, scope.name + ": name it after what it does"});
    }
  }
  return violations;
}

std::vector<Violation> StrangersAtTheTop(const SourceTree& tree) {
  std::set<std::string> top;
  for (const std::string& path : tree.paths) top.insert(path.substr(0, path.find('/')));
  std::vector<Violation> violations;
  for (const std::string& name : top) {
    if (std::find(std::begin(kTopLevel), std::end(kTopLevel), name) != std::end(kTopLevel))
      continue;
    violations.push_back({name, 0, "the top level is fixed: put it into one of its folders"});
  }
  return violations;
}

std::vector<Violation> ForbiddenCode(const SourceTree& tree) {
  static const std::regex thread_local_use(R"(\bthread_local\b)");
  static const std::regex sleep_use(
      R"(\b(sleep_for|sleep_until|SleepFor|usleep|nanosleep|clock_nanosleep|sleep)\s*\()");
  std::vector<Violation> violations;
  for (const SourceFile& file : tree.sources) {
    AddMatches(file, file.blanked, thread_local_use,
               "thread_local hides an owner: make it a member of what the thread owns", violations);
    if (!IsProduct(file)) continue;
    AddMatches(
        file, file.blanked, sleep_use,
        "a sleep is no synchronisation: park on the doorbell, poll a descriptor or use a timer",
        violations);
  }
  return violations;
}

std::vector<Violation> BareTodos(const SourceTree& tree) {
  static const std::regex todo(R"(\b(TODO|FIXME|XXX)\b)");
  static const std::regex good(R"(\bTODO\([^)]+\): \S.{9,})");
  std::vector<Violation> violations;
  for (const SourceFile& file : tree.sources) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      // Only in comments: what is blanked out but is no literal's inside.
      const size_t comment = file.lines[i].find("//");
      if (comment == std::string::npos || file.blanked[i].find("//") != std::string::npos) continue;
      if (file.blanked[i].find_first_not_of(' ', comment) != std::string::npos) continue;
      const std::string text = file.lines[i].substr(comment);
      if (!std::regex_search(text, todo) || std::regex_search(text, good)) continue;
      violations.push_back({file.path, i + 1, "do it now, or write TODO(owner): reason"});
    }
  }
  return violations;
}

std::vector<Violation> GlobbedFiles(const SourceTree& tree) {
  static const std::regex glob(R"(^[^#]*\bfile\s*\(\s*GLOB)", std::regex::icase);
  std::vector<Violation> violations;
  for (const SourceFile& script : tree.scripts) {
    AddMatches(script, script.lines, glob, "list the files: a build must know when one is added",
               violations);
  }
  return violations;
}

}  // namespace tailrace
