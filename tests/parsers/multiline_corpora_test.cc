// The stack traces of fluent-plugin-detect-exceptions: each file is one event, of its own language
// as of all, whatever stands around it; arbitrary text is a line an event.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/parsers/event_run.h"
#include "tests/parsers/multiline_run.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;

constexpr const char* kText = "arbitrary_text.txt";

fs::path Root() {
  const char* corpora = std::getenv("TAILRACE_CORPORA");
  return fs::path(corpora != nullptr ? corpora : "../shared/corpora") / "multiline-exceptions";
}

std::vector<std::string> ReadLines(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return LinesOf(std::string(std::istreambuf_iterator<char>(in), {}));
}

struct Trace {
  std::string name;
  std::vector<std::string> lines;
};

std::vector<Trace> ReadTraces() {
  std::vector<Trace> traces;
  for (const auto& entry : fs::directory_iterator(Root())) {
    const std::string name = entry.path().filename();
    if (name == "SOURCE.txt" || name == kText) continue;
    traces.push_back({name, ReadLines(entry.path())});
  }
  std::sort(traces.begin(), traces.end(),
            [](const Trace& a, const Trace& b) { return a.name < b.name; });
  return traces;
}

std::string LanguageOf(const std::string& name) {
  if (name.starts_with("client_js")) return "node";
  if (name.starts_with("nested_java")) return "java";
  return name.substr(0, name.find('_'));
}

void AddAlone(const std::vector<std::string>& lines, std::vector<Event>& events) {
  for (const std::string& line : lines) events.push_back({line});
}

std::vector<std::string> Joined(const std::vector<Event>& events) {
  std::vector<std::string> bodies;
  for (const Event& event : events) {
    std::string& body = bodies.emplace_back();
    for (const std::string& line : event) body += (body.empty() ? "" : "\n") + line;
  }
  return bodies;
}

// What becomes of the lines as a file, which is read in pieces of 1000 bytes.
std::vector<std::string> JoinedOf(const MultilineRules& rules, FileFormat format,
                                  const std::vector<std::string>& lines) {
  const MultilineStageOptions options{rules};
  EventRun run(options, format);
  std::string text;
  for (const std::string& line : lines) {
    if (format == FileFormat::kCri) text += "2026-01-02T03:04:05.678901234Z stdout F ";
    text += line + "\n";
  }
  for (size_t at = 0; at < text.size(); at += 1000) {
    run.Feed(std::string_view(text).substr(at, 1000));
  }
  run.Close(EventEnd::kFlush);
  return run.Bodies();
}

// Text, the trace, text, the other trace, text: what becomes of it, and what should.
std::string JudgeBetween(const MultilineRules& rules, const Trace& trace, const Trace& other,
                         const std::vector<std::string>& text) {
  std::vector<Event> expected;
  AddAlone(text, expected);
  expected.push_back(trace.lines);
  AddAlone(text, expected);
  expected.push_back(other.lines);
  AddAlone(text, expected);
  std::vector<std::string> lines;
  for (const Event& event : expected) lines.insert(lines.end(), event.begin(), event.end());
  if (EventsOf(rules, lines) != expected) return "not one event beside " + other.name;
  for (const FileFormat format : {FileFormat::kRaw, FileFormat::kCri}) {
    if (JoinedOf(rules, format, lines) != Joined(expected)) {
      return "not one event of a file, beside " + other.name;
    }
  }
  return "";
}

std::string Judge(const Trace& trace, const std::vector<Trace>& all_traces,
                  const std::vector<std::string>& text) {
  if (trace.lines.empty()) return "an empty file";
  const MultilineRules all = RulesFor({"all"});
  if (EventsOf(RulesFor({LanguageOf(trace.name)}), trace.lines).size() != 1) {
    return "not one event by its language";
  }
  if (EventsOf(all, trace.lines).size() != 1) return "not one event by all languages";
  for (const Trace& other : all_traces) {
    const std::string wrong = JudgeBetween(all, trace, other, text);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

TEST(MultilineCorpora, Exceptions) {
  if (!fs::exists(Root())) GTEST_SKIP() << Root() << " is not there";
  std::vector<Trace> traces = ReadTraces();
  // One exception in two files, as a log rotated within it.
  Trace whole{"java_exc_part1_and_2", {}};
  for (const Trace& trace : traces) {
    if (!trace.name.starts_with("java_exc_part")) continue;
    whole.lines.insert(whole.lines.end(), trace.lines.begin(), trace.lines.end());
  }
  traces.push_back(whole);
  const std::vector<std::string> text = ReadLines(Root() / kText);
  size_t passed = 0;
  for (const Trace& trace : traces) {
    const std::string wrong = Judge(trace, traces, text);
    EXPECT_EQ(wrong, "") << trace.name;
    passed += wrong.empty() ? 1 : 0;
  }
  std::vector<Event> alone;
  AddAlone(text, alone);
  const bool text_passes = text.size() > 1 && EventsOf(RulesFor({"all"}), text) == alone;
  EXPECT_TRUE(text_passes) << kText;
  std::printf("multiline-exceptions %zu/%zu\n", passed + (text_passes ? 1 : 0), traces.size() + 1);
}

}  // namespace
}  // namespace tailrace
