// Shapes of the lines that stack traces are made of.
//
// Threads    Any; pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace tailrace {

inline bool IsTraceBlank(char c) { return c == ' ' || c == '\t'; }

// Nothing but blanks.
bool IsBlankLine(std::string_view line) noexcept;
bool BeginsWithBlank(std::string_view line) noexcept;
std::string_view WithoutBlanksBefore(std::string_view line) noexcept;

// "...Exception", "...Error" or "...Throwable", and then ':' or the end; also "Error [CODE]:".
bool HasThrown(std::string_view line) noexcept;
// Whether such a word ends at `end`.
bool ThrownEndsAt(std::string_view line, size_t end) noexcept;

// "  at com.example.Main.run(Main.java:3)", "    at <anonymous>:6:4"
bool IsAtFrame(std::string_view line) noexcept;
// "  ... 12 more", "\t... 3 common frames omitted"
bool IsElision(std::string_view line) noexcept;
// "Caused by: ", "  Suppressed: "
bool IsJavaCause(std::string_view line) noexcept;
// "ValueError: x", "KeyboardInterrupt", "pkg.mod.Error: x"
bool IsPythonRaised(std::string_view line) noexcept;
// "goroutine 4 [running]:"
bool IsGoroutine(std::string_view line) noexcept;
// "main.main()", "created by main.main"
bool IsGoFunction(std::string_view line) noexcept;
// "app/x.rb:69:in `f'", with or without "\tfrom " or blanks before it
bool IsRubyFrame(std::string_view line) noexcept;
// "69:in `f'..." of such a line
bool IsRubyPlace(std::string_view text) noexcept;
// "#12 /x.php(9): f()", "#0      main (file:///x.dart:23:3)"
bool IsNumberedFrame(std::string_view line) noexcept;
// "PHP   1. {main}() /x.php:0"
bool IsPhpFrame(std::string_view line) noexcept;
// "   4: std::rt::lang_start"
bool IsRustFrame(std::string_view line) noexcept;

}  // namespace tailrace
