// What begins a trace. Almost every line begins none, so one pass looks for the colons behind a
// byte that could end one of the words; all else is decided by a line's first byte or its end.
#include <array>

#include "parsers/byte_scan.h"
#include "parsers/multiline_shapes.h"
#include "parsers/multiline_trace_states.h"
#include "parsers/multiline_traces.h"

namespace tailrace {
namespace {

constexpr TraceLanguages kWithAt = kTraceJava | kTraceNode | kTraceCsharp;

// The last bytes of the words that a colon follows, see ByColon.
constexpr std::array<bool, 256> MakeWordEnds() {
  std::array<bool, 256> ends{};
  for (const char c : std::string_view("nre]gdcpb")) ends[static_cast<uint8_t>(c)] = true;
  return ends;
}
constexpr std::array<bool, 256> kWordEnds = MakeWordEnds();

bool IsPhpMessage(std::string_view head) {
  for (const std::string_view word :
       {"PHP Notice", "PHP Warning", "PHP Deprecated", "PHP Parse error", "PHP Fatal error"}) {
    if (head.ends_with(word)) return true;
  }
  return false;
}

// By what stands before a colon, and what follows.
TraceStates ByColon(TraceLanguages languages, std::string_view line, size_t colon) {
  const std::string_view head = line.substr(0, colon);
  const std::string_view tail = line.substr(colon + 1);
  TraceStates states = 0;
  if ((languages & kWithAt) != 0 && ThrownEndsAt(line, colon)) {
    states |= kStateThrown;
    const bool mono = tail.empty() && head.ends_with("Unhandled Exception");
    if ((languages & kTraceCsharp) != 0 && mono) states |= kStateNested;
  }
  if ((languages & kTraceRuby) != 0 && head.ends_with(".rb") && IsRubyPlace(tail)) {
    states |= kStateRuby;
  }
  if ((languages & kTraceRust) != 0 && head == "Error") states |= kStateRustError;
  if ((languages & kTraceDart) != 0 && tail.empty() && head.ends_with("Unhandled exception")) {
    states |= kStateDart;
  }
  if ((languages & kTraceGo) != 0) {
    if (tail.starts_with(' ') &&
        (head == "panic" || head.ends_with(" panic") || head == "fatal error")) {
      states |= kStateGoPanic;
    }
    if (head.ends_with("http") && tail.starts_with(" panic serving")) states |= kStateGoRoutine;
  }
  if ((languages & kTracePhp) != 0) {
    const bool uncaught =
        head.ends_with("Fatal error") && WithoutBlanksBefore(tail).starts_with("Uncaught ");
    if (uncaught || IsPhpMessage(head)) states |= kStatePhp;
  }
  return states;
}

TraceStates ByColons(TraceLanguages languages, std::string_view line) {
  TraceStates states = 0;
  const char* const begin = line.data();
  const char* const end = begin + line.size();
  for (const char* at = begin; (at = FindFirst<OneOfBytes<':'>>(at, end)) < end; ++at) {
    if (at == begin || !kWordEnds[static_cast<uint8_t>(at[-1])]) continue;
    states |= ByColon(languages, line, static_cast<size_t>(at - begin));
  }
  return states;
}

// By how a line ends.
TraceStates ByEnd(TraceLanguages languages, std::string_view line) {
  switch (line.back()) {
    case 'n':
    case 'r':
    case 'e':
    case ']':
      return (languages & kWithAt) != 0 && ThrownEndsAt(line, line.size()) ? kStateThrown : 0;
    case ':':
      break;
    default:
      return 0;
  }
  TraceStates states = 0;
  if ((languages & kTracePython) != 0) {
    if (line.ends_with("Traceback (most recent call last):")) states |= kStatePython;
    if (line.starts_with("Exception in thread ")) states |= kStatePythonThread;
  }
  if ((languages & kTraceRuby) != 0 && line.ends_with("):") &&
      (line.find("Error (") != line.npos || line.find("Exception (") != line.npos)) {
    states |= kStateRails;
  }
  return states;
}

// By the first byte.
TraceStates ByBegin(TraceLanguages languages, std::string_view line) {
  switch (line[0]) {
    case ' ':
    case '\t':
      // Frames whose begin went elsewhere or is of no shape that we know stay together.
      return (languages & kWithAt) != 0 && IsAtFrame(line) ? kStateFrames : 0;
    case 't':
      if ((languages & kTraceRust) == 0 || !line.starts_with("thread '")) return 0;
      if (line.find("' panicked at ") == line.npos && line.find(") panicked at ") == line.npos) {
        return 0;
      }
      return line.ends_with(':') ? kStateRustMessage : kStateRust;
    case 'e':
      if ((languages & kTracePhp) == 0 || !line.starts_with("exception '")) return 0;
      return line.find("' with message '") != line.npos ? kStatePhp : 0;
    case 'g':
      return (languages & kTraceGo) != 0 && IsGoroutine(line) ? kStateGoFunction : 0;
    case 'V':
      return (languages & kTraceNode) != 0 && line == "V8 errors stack trace" ? kStateThrown : 0;
    default:
      return 0;
  }
}

}  // namespace

TraceStates BeginTraceStates(TraceLanguages languages, std::string_view line) noexcept {
  // JSON holds its traces in one line.
  if (languages == 0 || line.empty() || line[0] == '{') return 0;
  if (line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return 0;
  return ByBegin(languages, line) | ByEnd(languages, line) | ByColons(languages, line);
}

}  // namespace tailrace
