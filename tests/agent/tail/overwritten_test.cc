// Rotated generations that are written anew while newer ones of the same log wait for them.
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The newer file may be found before the older one is looked at again, so the time between the
// two is varied.
TEST(Overwritten, WhatAnOlderGenerationIsOverwrittenWithComesBeforeTheNewerOne) {
  for (int pause = 0; pause < 1000; pause += 50) {
    TailHarness tail;
    tail.options.max_watches = 0;
    tail.Append("a.log", "first content\n");
    tail.Start();
    tail.Settle();
    tail.Rename("a.log", "a.log.1");
    tail.Advance(seconds(5));
    tail.Advance(milliseconds(pause));
    tail.Write("a.log.1", "second\n");
    tail.Append("a.log", "third\n");
    tail.Advance(seconds(5));
    EXPECT_EQ(tail.ContentOf("a.log"), "first content\nsecond\nthird\n") << pause;
  }
}

}  // namespace
}  // namespace tailrace
