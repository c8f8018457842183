#include "agent/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace tailrace {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string Logged(void (*log)(std::string_view, LogFields), std::string_view message,
                   LogFields fields) {
  testing::internal::CaptureStderr();
  log(message, fields);
  return testing::internal::GetCapturedStderr();
}

TEST(Log, LineOffATerminalIsOneJsonObject) {
  EXPECT_THAT(Logged(LogWarn, "sink is down", {{"sink", "es"}, {"error", "503"}}),
              AllOf(StartsWith(R"({"time":")"), HasSubstr(R"("level":"warning")"),
                    EndsWith("\"message\":\"sink is down\",\"sink\":\"es\",\"error\":\"503\"}\n")));
}

TEST(Log, ContentCannotForgeALineOrAField) {
  const std::string line = Logged(LogError, "a\nb", {{"path", "\"} \\ \x1b[2J\r\n\x7f"}});
  EXPECT_THAT(line, HasSubstr(R"("message":"a\u000ab")"));
  EXPECT_THAT(line, HasSubstr(R"("path":"\"} \\ \u001b[2J\u000d\u000a\u007f")"));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(Log, ValueIsCutAtTwoKibibytes) {
  EXPECT_THAT(Logged(LogInfo, "long", {{"value", std::string(1 << 20, 'x')}}),
              AllOf(HasSubstr(std::string(2048, 'x') + "...\""), SizeIs(Lt(2300u))));
}

TEST(Log, NothingBelowTheLevelGoesOut) {
  EXPECT_THAT(Logged(LogDebug, "hidden at the start", {}), IsEmpty());
  SetLogLevel(LogLevel::kError);
  EXPECT_THAT(Logged(LogWarn, "hidden", {}), IsEmpty());
  EXPECT_THAT(Logged(LogError, "shown", {}), Not(IsEmpty()));
  SetLogLevel(LogLevel::kDebug);
  EXPECT_THAT(Logged(LogDebug, "shown", {}), Not(IsEmpty()));
  SetLogLevel(LogLevel::kInfo);
}

TEST(LogThrottle, LetsOneThroughAnInterval) {
  ManualClock clock;
  LogThrottle throttle(seconds(10));
  EXPECT_TRUE(throttle.Allow(clock.Now()));
  EXPECT_FALSE(throttle.Allow(clock.Now()));
  clock.Advance(seconds(10) - std::chrono::nanoseconds(1));
  EXPECT_FALSE(throttle.Allow(clock.Now()));
  clock.Advance(std::chrono::nanoseconds(1));
  EXPECT_TRUE(throttle.Allow(clock.Now()));
  EXPECT_FALSE(throttle.Allow(clock.Now()));
}

TEST(LogThrottle, AfterALongSilenceStillLetsOnlyOneThrough) {
  ManualClock clock;
  LogThrottle throttle(seconds(10));
  EXPECT_TRUE(throttle.Allow(clock.Now()));
  clock.Advance(std::chrono::hours(1));
  EXPECT_TRUE(throttle.Allow(clock.Now()));
  EXPECT_FALSE(throttle.Allow(clock.Now()));
}

}  // namespace
}  // namespace tailrace
