#include "parsers/multiline_traces.h"

#include "parsers/multiline_shapes.h"
#include "parsers/multiline_trace_states.h"

namespace tailrace {
namespace {

using Predicate = bool (*)(std::string_view) noexcept;

struct TraceRule {
  TraceLanguages languages;
  TraceStates from;
  Predicate matches;
  TraceStates to;
};

bool IsNested(std::string_view line) noexcept {
  return WithoutBlanksBefore(line).starts_with("nested exception is:");
}
bool IsInnerException(std::string_view line) noexcept {
  return WithoutBlanksBefore(line).starts_with("---> ");
}
bool IsInnerEnd(std::string_view line) noexcept {
  return WithoutBlanksBefore(line).starts_with("--- End of ");
}
bool OpensProperties(std::string_view line) noexcept {
  return IsAtFrame(line) && line.ends_with('{');
}
bool ClosesProperties(std::string_view line) noexcept { return line.starts_with('}'); }

bool IsTraceback(std::string_view line) noexcept {
  return line.ends_with("Traceback (most recent call last):");
}
bool IsPythonChain(std::string_view line) noexcept {
  return line.starts_with("During handling of the above exception") ||
         line.starts_with("The above exception was the direct cause");
}

bool IsGoSignal(std::string_view line) noexcept { return line.starts_with("[signal "); }
bool IsGoElision(std::string_view line) noexcept { return line.starts_with("..."); }
bool IsGoExit(std::string_view line) noexcept { return line.starts_with("exit status "); }

bool IsPhpStack(std::string_view line) noexcept {
  return line.starts_with("Stack trace:") || line.starts_with("PHP Stack trace:") ||
         line.starts_with("[stacktrace]");
}
bool IsPhpEnd(std::string_view line) noexcept {
  return BeginsWithBlank(line) && WithoutBlanksBefore(line).starts_with("thrown in ");
}
bool IsPhpNext(std::string_view line) noexcept { return line.starts_with("Next "); }

bool IsAnyText(std::string_view line) noexcept { return !IsBlankLine(line); }
bool IsDartDetail(std::string_view line) noexcept {
  return line.starts_with("Receiver: ") || line.starts_with("Tried calling: ") ||
         line.starts_with("Found: ");
}
bool IsDartGap(std::string_view line) noexcept { return line == "<asynchronous suspension>"; }

bool IsRustOperand(std::string_view line) noexcept {
  line = WithoutBlanksBefore(line);
  return line.starts_with("left: ") || line.starts_with("right: ");
}
bool IsRustNote(std::string_view line) noexcept { return line.starts_with("note: "); }
bool IsRustBacktrace(std::string_view line) noexcept {
  return line.starts_with("stack backtrace:") || line.starts_with("Stack backtrace:");
}
bool IsCausedBy(std::string_view line) noexcept { return line == "Caused by:"; }

constexpr TraceLanguages kWithAt = kTraceJava | kTraceNode | kTraceCsharp;
constexpr TraceStates kAnyThrown = kStateThrown | kStateThrownGap;
constexpr TraceStates kThrownOrFrames = kAnyThrown | kStateFrames;

constexpr TraceRule kRules[] = {
    {kWithAt, kThrownOrFrames, IsAtFrame, kStateFrames},
    {kWithAt, kStateThrown, IsBlankLine, kStateThrownGap},
    {kTraceJava, kStateThrown, IsNested, kStateNested},
    {kTraceJava | kTraceCsharp, kStateNested, HasThrown, kStateThrown},
    {kTraceJava, kThrownOrFrames, IsJavaCause, kStateThrown},
    {kTraceJava, kThrownOrFrames, IsElision, kStateFrames},
    {kTraceCsharp, kThrownOrFrames, IsInnerException, kStateThrown},
    {kTraceCsharp, kThrownOrFrames, IsInnerEnd, kStateFrames},
    {kTraceNode, kThrownOrFrames, OpensProperties, kStateProperties},
    {kTraceNode, kStateProperties, BeginsWithBlank, kStateProperties},
    {kTraceNode, kStateProperties, ClosesProperties, kTraceDone},

    {kTracePython, kStatePythonThread | kStatePythonChained, IsTraceback, kStatePython},
    {kTracePython, kStatePython, BeginsWithBlank, kStatePython},
    {kTracePython, kStatePython, IsPythonRaised, kStatePythonRaised},
    {kTracePython, kStatePythonRaised, IsBlankLine, kStatePythonGap},
    {kTracePython, kStatePythonGap, IsPythonChain, kStatePythonChained},
    {kTracePython, kStatePythonChained, IsBlankLine, kStatePythonChained},

    {kTraceGo, kStateGoPanic, BeginsWithBlank, kStateGoPanic},
    {kTraceGo, kStateGoPanic, IsGoSignal, kStateGoPanic},
    {kTraceGo, kStateGoPanic | kStateGoFunction, IsBlankLine, kStateGoRoutine},
    {kTraceGo, kStateGoPanic | kStateGoRoutine, IsGoroutine, kStateGoFunction},
    {kTraceGo, kStateGoFunction, IsGoFunction, kStateGoFile},
    {kTraceGo, kStateGoFunction, IsGoElision, kStateGoFunction},
    {kTraceGo, kStateGoFile | kStateGoFunction, BeginsWithBlank, kStateGoFunction},
    {kTraceGo, kStateGoPanic | kStateGoFunction | kStateGoRoutine, IsGoExit, kTraceDone},

    {kTraceRuby, kStateRails, IsBlankLine, kStateRails},
    {kTraceRuby, kStateRails | kStateRuby, IsRubyFrame, kStateRuby},

    {kTracePhp, kStatePhp, IsPhpStack, kStatePhpFrames},
    {kTracePhp, kStatePhpFrames, IsNumberedFrame, kStatePhpFrames},
    {kTracePhp, kStatePhpFrames, IsPhpFrame, kStatePhpFrames},
    {kTracePhp, kStatePhpFrames, IsBlankLine, kStatePhpGap},
    {kTracePhp, kStatePhpGap, IsPhpNext, kStatePhp},
    {kTracePhp, kStatePhpFrames, IsPhpEnd, kTraceDone},

    {kTraceDart, kStateDart, IsAnyText, kStateDartMessage},
    {kTraceDart, kStateDartMessage, IsDartDetail, kStateDartMessage},
    {kTraceDart, kStateDartMessage | kStateDartFrames, IsNumberedFrame, kStateDartFrames},
    {kTraceDart, kStateDartFrames, IsDartGap, kStateDartFrames},

    {kTraceRust, kStateRustMessage, IsAnyText, kStateRust},
    {kTraceRust, kStateRust, IsRustOperand, kStateRust},
    {kTraceRust, kStateRust | kStateRustFrames, IsRustNote, kStateRust},
    {kTraceRust, kStateRust | kStateRustError | kStateRustCauses, IsRustBacktrace,
     kStateRustFrames},
    {kTraceRust, kStateRustFrames, IsRustFrame, kStateRustFrames},
    {kTraceRust, kStateRustError, IsCausedBy, kStateRustCauses},
    {kTraceRust, kStateRustError | kStateRustCauses, IsBlankLine, kStateRustError},
    {kTraceRust, kStateRustCauses, BeginsWithBlank, kStateRustCauses},
};

}  // namespace

TraceStates ContinueTrace(TraceLanguages languages, TraceStates states,
                          std::string_view line) noexcept {
  if (line.ends_with('\r')) line.remove_suffix(1);
  TraceStates next = 0;
  for (const TraceRule& rule : kRules) {
    if ((rule.from & states) == 0 || (rule.languages & languages) == 0) continue;
    if ((rule.to & ~next) != 0 && rule.matches(line)) next |= rule.to;
  }
  return next;
}

}  // namespace tailrace
