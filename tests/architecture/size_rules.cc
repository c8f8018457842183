#include "tests/architecture/size_rules.h"

#include <string_view>

#include "tests/architecture/scopes.h"

namespace tailrace {
namespace {

struct Longest {
  size_t lines = 0;
  std::string name;

  void Offer(size_t candidate_lines, std::string candidate) {
    if (candidate_lines <= lines) return;
    lines = candidate_lines;
    name = std::move(candidate);
  }
  std::string Line(std::string_view kind) const {
    return "longest " + std::string(kind) + ": " + std::to_string(lines) + " lines, " + name;
  }
};

std::string Limit(std::string_view what, size_t is, size_t most) {
  return std::string(what) + " " + std::to_string(is) + ", at most " + std::to_string(most) +
         " are allowed: ";
}

void AddFunctions(const SourceFile& file, std::vector<Violation>& violations) {
  const Scopes scopes = FindScopes(file.code);
  if (!scopes.balanced) {
    violations.push_back({file.path, scopes.unbalanced_line,
                          "brackets do not match; let each branch of an #if close what it opens"});
  }
  for (const FunctionScope& function : scopes.functions) {
    if (function.lines > kFunctionLinesMax) {
      violations.push_back(
          {file.path, function.line,
           Limit("lines of " + function.name + ":", function.lines, kFunctionLinesMax) +
               "split it by what it does"});
    }
    if (function.nesting > kNestingMax) {
      violations.push_back(
          {file.path, function.line,
           Limit("levels of " + function.name + ":", function.nesting, kNestingMax) +
               "return early, or make the inner part a function"});
    }
  }
}

}  // namespace

std::vector<Violation> OversizedCode(const SourceTree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree.sources) {
    const size_t most = file.is_header() ? kHeaderLinesMax : kSourceLinesMax;
    if (file.lines.size() > most) {
      violations.push_back(
          {file.path, 0, Limit("lines:", file.lines.size(), most) + "split it by responsibility"});
    }
    AddFunctions(file, violations);
  }
  return violations;
}

std::vector<std::string> LongestOfEachKind(const SourceTree& tree) {
  Longest function, header, source;
  for (const SourceFile& file : tree.sources) {
    (file.is_header() ? header : source).Offer(file.lines.size(), file.path);
    for (const FunctionScope& scope : FindScopes(file.code).functions) {
      function.Offer(scope.lines, scope.name + " in " + file.path);
    }
  }
  return {function.Line("function"), header.Line("header"), source.Line("file")};
}

}  // namespace tailrace
