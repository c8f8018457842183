// The states of multiline_traces.h, each named after what was read last or what it waits for.
//
// Threads    Any; constants.
#pragma once

#include "parsers/multiline_traces.h"

namespace tailrace {

// Java, Node and C#: "...Exception: message", then frames "  at ...".
inline constexpr TraceStates kStateThrown = 1u << 1;
inline constexpr TraceStates kStateThrownGap = 1u << 2;  // An empty line behind it.
inline constexpr TraceStates kStateFrames = 1u << 3;
inline constexpr TraceStates kStateNested = 1u << 4;      // The exception itself is still to come.
inline constexpr TraceStates kStateProperties = 1u << 5;  // Of a Node error: "{", lines, "}".

// "Traceback ...", then lines with blanks before them.
inline constexpr TraceStates kStatePython = 1u << 6;
inline constexpr TraceStates kStatePythonRaised = 1u << 7;  // The last line, "ValueError: x".
inline constexpr TraceStates kStatePythonGap = 1u << 8;
// "During handling of the above exception, ..."
inline constexpr TraceStates kStatePythonChained = 1u << 9;
inline constexpr TraceStates kStatePythonThread = 1u << 10;  // "Exception in thread Thread-1:"

inline constexpr TraceStates kStateGoPanic = 1u << 11;
// A header "goroutine 1 [running]:" comes, or nothing.
inline constexpr TraceStates kStateGoRoutine = 1u << 12;
inline constexpr TraceStates kStateGoFunction = 1u << 13;
inline constexpr TraceStates kStateGoFile = 1u << 14;

inline constexpr TraceStates kStateRails = 1u << 15;  // "NoMethodError (...):"
inline constexpr TraceStates kStateRuby = 1u << 16;

inline constexpr TraceStates kStatePhp = 1u << 17;
inline constexpr TraceStates kStatePhpFrames = 1u << 18;
inline constexpr TraceStates kStatePhpGap = 1u << 19;

inline constexpr TraceStates kStateDart = 1u << 20;  // "Unhandled exception:"
inline constexpr TraceStates kStateDartMessage = 1u << 21;
inline constexpr TraceStates kStateDartFrames = 1u << 22;

inline constexpr TraceStates kStateRust = 1u << 23;
inline constexpr TraceStates kStateRustMessage = 1u << 24;  // The message is the next line.
inline constexpr TraceStates kStateRustFrames = 1u << 25;
inline constexpr TraceStates kStateRustError = 1u << 26;   // "Error: x", as main returns it.
inline constexpr TraceStates kStateRustCauses = 1u << 27;  // "Caused by:"

}  // namespace tailrace
