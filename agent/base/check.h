// CHECK ends the process when one of our own invariants is broken, in release builds too: going on
// with a wrong ledger or a stale slab would lose lines silently, and a restart resumes from the
// last durable frontier.
//
// Threads    Any.
// Failure    Prints the condition with file and line to stderr, then aborts.
// Cost       One predicted branch.
#pragma once

namespace tailrace {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace tailrace

#define CHECK(condition)                                       \
  do {                                                         \
    if (!(condition)) [[unlikely]] {                           \
      ::tailrace::CheckFailed(#condition, __FILE__, __LINE__); \
    }                                                          \
  } while (false)
