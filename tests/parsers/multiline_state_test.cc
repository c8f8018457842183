#include "parsers/multiline_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/parsers/multiline_run.h"

namespace tailrace {
namespace {

using testing::ElementsAre;

// The sizes of the events.
std::vector<size_t> Sizes(const MultilineRules& rules, std::string_view text) {
  std::vector<size_t> sizes;
  for (const Event& event : EventsOf(rules, LinesOf(text))) sizes.push_back(event.size());
  return sizes;
}

constexpr struct {
  const char* language;
  const char* trace;
} kTraces[] = {
    {"java",
     "Exception in thread \"main\" java.lang.IllegalStateException: a\n"
     "\tat com.example.Main.run(Main.java:3)\n"
     "\tSuppressed: java.io.IOException: close\n"
     "\t\tat com.example.Main.close(Main.java:5)\n"
     "\t\t... 1 more\n"
     "Caused by: java.lang.RuntimeException\n"
     "\tat com.example.B.b(B.java:7)\n"
     "\t... 3 common frames omitted\n"
     "Caused by: java.io.FileNotFoundException: /x (No such file)\n"
     "\t... 4 more"},
    {"node",
     "TypeError [ERR_INVALID_ARG_TYPE]: The \"path\" argument\r\n"
     "    at Object.openSync (node:fs:601:10)\r\n"
     "    at async main (file:///app/x.mjs:3:9) {\r\n"
     "  code: 'ERR_INVALID_ARG_TYPE',\r\n"
     "  [cause]: Error: inner\r\n"
     "      at f (/x.js:1:2)\r\n"
     "}"},
    {"csharp",
     "Unhandled exception. System.InvalidOperationException: outer\n"
     " ---> System.ArgumentNullException: Value cannot be null.\n"
     "   at X.Y(String s) in /src/x.cs:line 3\n"
     "   --- End of inner exception stack trace ---\n"
     "   at X.Main()"},
    {"csharp",
     "Unhandled Exception:\n"
     "System.NullReferenceException: Object reference not set\n"
     "  at Foo.Main () [0x00000] in <filename unknown>:0"},
    {"python",
     "Traceback (most recent call last):\n"
     "  File \"a.py\", line 1, in f\n"
     "    g()\n"
     "    ^^^\n"
     "  [Previous line repeated 996 more times]\n"
     "pkg.mod.Error: inner: x\n"
     "\n"
     "During handling of the above exception, another exception occurred:\n"
     "\n"
     "Traceback (most recent call last):\n"
     "  File \"a.py\", line 3, in h\n"
     "KeyboardInterrupt"},
    {"python",
     "Exception in thread Thread-1 (run):\n"
     "Traceback (most recent call last):\n"
     "  File \"t.py\", line 9, in run\n"
     "ValueError: x"},
    {"go",
     "panic: a [recovered]\n"
     "\tpanic: b\n"
     "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45]\n"
     "\n"
     "goroutine 1 [running]:\n"
     "main.(*T).f(0x0, {0x1, 0x2})\n"
     "\t/x/main.go:6 +0x39\n"
     "...additional frames elided...\n"
     "created by main.main in goroutine 1\n"
     "\t/x/main.go:5 +0x58\n"
     "exit status 2"},
    {"go",
     "fatal error: all goroutines are asleep - deadlock!\n"
     "\n"
     "goroutine 1 [chan receive, 2 minutes]:\n"
     "main.main()\n"
     "\t/x/main.go:9 +0x6f"},
    {"ruby",
     "app.rb:3:in `f': boom (RuntimeError)\n"
     "\tfrom app.rb:7:in `g'\n"
     "\tfrom app.rb:9:in '<main>'\n"
     "app.rb:1:in `f': cause (ArgumentError)"},
    {"php",
     "PHP Fatal error:  Uncaught Exception: inner in /x.php:3\n"
     "Stack trace:\n"
     "#0 /x.php(9): f()\n"
     "#1 {main}\n"
     "\n"
     "Next RuntimeException: outer in /x.php:7\n"
     "Stack trace:\n"
     "#0 {main}\n"
     "  thrown in /x.php on line 7"},
    {"php", "PHP Warning:  x in /y.php on line 3\nPHP Stack trace:\nPHP   1. {main}() /y.php:0"},
    {"dart",
     "Unhandled exception:\n"
     "any message at all\n"
     "#0      main.<anonymous closure> (file:///x.dart:23:20)\n"
     "<asynchronous suspension>\n"
     "#1      main (file:///x.dart:1:2)"},
    {"rust",
     "thread 'main' (4711) panicked at src/main.rs:4:5:\n"
     "assertion `left == right` failed\n"
     "  left: 1\n"
     " right: 2\n"
     "stack backtrace:\n"
     "   0: rust_begin_unwind\n"
     "             at /rustc/1/library/std/src/panicking.rs:645:5\n"
     "  12: main\n"
     "note: Some details are omitted, run with `RUST_BACKTRACE=full`"},
    {"rust",
     "thread 'main' panicked at 'boom', src/main.rs:2:5\n"
     "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"},
    {"rust",
     "Error: outer\n\nCaused by:\n    0: middle\n    1: inner\n\nStack backtrace:\n   0: x"},
};

TEST(MultilineState, EachLanguagesTracesAreOneEvent) {
  for (const auto& c : kTraces) {
    const std::string text = std::string("before\n") + c.trace + "\nafter it\nand more";
    const size_t lines = LinesOf(c.trace).size();
    EXPECT_THAT(Sizes(RulesFor({c.language}), text), ElementsAre(1, lines, 1, 1)) << c.trace;
    EXPECT_THAT(Sizes(RulesFor({"all"}), text), ElementsAre(1, lines, 1, 1)) << c.trace;
  }
}

TEST(MultilineState, TracesOfOtherLanguagesAreOrdinaryLines) {
  const std::string_view kGo = "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1";
  const std::string_view kPython = "Traceback (most recent call last):\n  File \"a\"\nE: x";
  EXPECT_THAT(Sizes(RulesFor({"java", "python"}), kGo), ElementsAre(1, 1, 1, 1, 1));
  EXPECT_THAT(Sizes(RulesFor({"go"}), kPython), ElementsAre(1, 1, 1));
  EXPECT_THAT(Sizes(RulesFor({"go", "python"}), kPython), ElementsAre(3));
}

TEST(MultilineState, OrdinaryLinesStandAlone) {
  const MultilineRules all = RulesFor({"all"});
  const std::string_view kLines[] = {
      "",
      " ",
      ":",
      "\r",
      "{\"level\":\"error\",\"error\":\"java.lang.RuntimeException: x\"}",
      "2026-01-02T03:04:05Z INFO took 3ms: ok",
      "level=error msg=\"an error: x\"",
      "  indented text",
      "at the begin",
      "#1 is no frame here",
      "goroutines: 17",
      "panicked: no",
      "a panic:without blank",
      "exceptional: yes",
      "Caused by: nothing",
      "    ... 3 dots",
      "thread 'main' is well",
      "app.rb:in `f'",
  };
  for (const std::string_view line : kLines) {
    MultilineState state;
    const std::string padded = std::string(line) + std::string(64, ':');
    const std::string_view view = std::string_view(padded).substr(0, line.size());
    EXPECT_EQ(state.Next(all, view), LineRole::kAlone) << line;
    EXPECT_FALSE(state.open());
  }
}

TEST(MultilineState, AFrameWithoutItsBeginKeepsTheFramesTogether) {
  EXPECT_THAT(
      Sizes(RulesFor({"java"}), "x.Odd failure\n\tat a.b(C.java:1)\n\tat d.e(F.java:2)\nend"),
      ElementsAre(1, 2, 1));
}

TEST(MultilineState, ANewTraceBeginsWhileOneIsOpen) {
  EXPECT_THAT(Sizes(RulesFor({"java"}), "AException: 1\n\tat a.b(C.java:1)\nBException: 2\n\tat x"),
              ElementsAre(2, 2));
}

struct PatternCase {
  MultilineOptions options;
  std::string_view text;
  std::vector<size_t> sizes;
};

TEST(MultilineState, PatternsDecideAsTheTableSays) {
  const PatternCase kCases[] = {
      {{.start_pattern = "^\\d{4}-"}, "lost\n2026-a\n x\ny\n2026-b\n2026-c\nz", {1, 3, 1, 2}},
      {{.start_pattern = "^BEGIN", .continue_pattern = "^ "},
       " a\nBEGIN\n b\nc\n d\nBEGIN",
       {1, 2, 1, 1, 1}},
      {{.continue_pattern = "^\\s"}, " a\n b\nc\nd\n e", {2, 1, 2}},
      {{.end_pattern = ";$"}, "a\nb;\nc;\nd\ne;", {2, 1, 2}},
      {{.start_pattern = "^BEGIN", .end_pattern = "^END"},
       "x\nBEGIN\na\nEND\ny\nBEGIN\nBEGIN\nEND",
       {1, 3, 1, 1, 2}},
      {{.start_pattern = "^\\(", .end_pattern = "\\)$"}, "(a)\n(b\nc)\nd", {1, 2, 1}},
      {{.start_pattern = "^A", .continue_pattern = "^ ", .end_pattern = "^Z"},
       "A\n x\nZ\nA\ny\nA\nZ",
       {3, 1, 1, 2}},
      {{.continue_pattern = "^ ", .end_pattern = "^Z"}, "a\n b\nZ\n c\nd", {3, 1, 1}},
  };
  for (const PatternCase& c : kCases) {
    EXPECT_EQ(Sizes(MultilineRules::Compile(c.options).value(), c.text), c.sizes) << c.text;
  }
}

TEST(MultilineState, LanguagesTakeWhatPatternsLeaveAlone) {
  const MultilineRules rules =
      MultilineRules::Compile(
          {.languages = {"java"}, .start_pattern = "^> ", .continue_pattern = "^\\|"})
          .value();
  EXPECT_THAT(
      Sizes(rules, "AException: 1\n\tat a\n> x\n| y\n\tat b\nBError: 2\n> z\n| Error: 3\nq"),
      ElementsAre(2, 2, 1, 1, 2, 1));
}

TEST(MultilineState, ASplitEventGoesOnAsAnother) {
  const MultilineRules rules = RulesFor({"java"});
  MultilineState state;
  const auto next = [&](std::string_view line) {
    const std::string padded = std::string(line) + std::string(64, ':');
    return state.Next(rules, std::string_view(padded).substr(0, line.size()));
  };
  EXPECT_EQ(next("AException: 1"), LineRole::kBegins);
  state.Split();
  EXPECT_EQ(next("\tat a.b(C.java:1)"), LineRole::kBegins);
  EXPECT_EQ(next("Caused by: BException"), LineRole::kContinues);
  state.Split();
  EXPECT_EQ(next("other"), LineRole::kAlone);
  state.Split();
  EXPECT_EQ(next("AException: 1"), LineRole::kBegins);
  state.Close();
  EXPECT_EQ(next("Caused by: BException: 2"), LineRole::kBegins);
  EXPECT_EQ(next("\tat a"), LineRole::kContinues);
  state.Close();
  EXPECT_EQ(next("Caused by: x"), LineRole::kAlone);
}

TEST(MultilineState, LinesThatRepeatWhatBeginsATraceTakeLinearTime) {
  const MultilineRules all = RulesFor({"all"});
  const std::string_view kParts[] = {
      "]:",    "Error:", ".rb:1", "Fatal error: ", "panic: ", ":in `", " [", "Exception: ",
      "\tat ", ")",      "#1 "};
  for (const std::string_view part : kParts) {
    std::string text;
    while (text.size() < 2'000'000) text += part;
    text.append(64, ':');
    MultilineState state;
    // A quadratic look would take minutes here, and the test's time-out.
    for (int i = 0; i < 3; ++i) state.Next(all, std::string_view(text).substr(0, text.size() - 64));
  }
}

TEST(MultilineRules, WhatCannotBeIsRefused) {
  const struct {
    MultilineOptions options;
    std::string_view message;
  } kCases[] = {
      {{}, "multiline needs a language or a pattern"},
      {{.languages = {"jave"}}, "unknown multiline language \"jave\"; did you mean java?"},
      {{.languages = {"cobol"}}, "unknown multiline language \"cobol\""},
      {{.languages = {"java"}, .continue_pattern = "^ "},
       "multiline: continue or end without start"},
      {{.start_pattern = "("}, "multiline start: "},
      {{.end_pattern = "(?=x)"}, "multiline end: "},
  };
  for (const auto& c : kCases) {
    const absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(c.options);
    EXPECT_EQ(rules.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(rules.status().message()), testing::StartsWith(std::string(c.message)));
  }
}

}  // namespace
}  // namespace tailrace
