#include "agent/net/resolver.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <atomic>
#include <cstring>
#include <latch>
#include <optional>

namespace tailrace {
namespace {

using std::chrono::seconds;

SocketAddress Loopback(uint16_t port) {
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(port);
  ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  SocketAddress address;
  address.size = sizeof ipv4;
  std::memcpy(&address.storage, &ipv4, sizeof ipv4);
  return address;
}

// A name service that answers when it is told to. Lookup threads share it and may outlive a test.
struct SlowNames {
  std::latch answer{1};
  std::atomic<int> asked{0};
};

LookupFunction Slow(const std::shared_ptr<SlowNames>& names) {
  return [names](const std::string&, uint16_t port) -> LookupResult {
    names->asked.fetch_add(1, std::memory_order_relaxed);
    names->answer.wait();
    return std::vector<SocketAddress>{Loopback(port)};
  };
}

class ResolverTest : public testing::Test {
 protected:
  LookupResult Await(Resolver& resolver, const std::string& host) {
    std::optional<LookupResult> found;
    resolver.Start(host, 9200, [&](LookupResult result) { found = std::move(result); });
    EXPECT_FALSE(found.has_value()) << "called back inside Start";
    while (!found.has_value()) loop_->RunFor(seconds(10));
    return *found;
  }

  std::unique_ptr<EventLoop> loop_ = EventLoop::Open().value();
};

TEST_F(ResolverTest, NumericAddressesAreNotLookedUp) {
  Resolver resolver(*loop_, [](const std::string&, uint16_t) -> LookupResult {
    return absl::InternalError("asked");
  });
  const LookupResult ipv4 = Await(resolver, "10.1.2.3");
  ASSERT_TRUE(ipv4.ok()) << ipv4.status();
  EXPECT_EQ(ToString(ipv4->at(0)), "10.1.2.3:9200");
  const LookupResult ipv6 = Await(resolver, "::1");
  ASSERT_TRUE(ipv6.ok()) << ipv6.status();
  EXPECT_EQ(ToString(ipv6->at(0)), "[::1]:9200");
}

TEST_F(ResolverTest, TheSystemKnowsLocalhostAndNoInvalidName) {
  Resolver resolver(*loop_);
  const LookupResult localhost = Await(resolver, "localhost");
  ASSERT_TRUE(localhost.ok()) << localhost.status();
  EXPECT_FALSE(localhost->empty());
  // Without a name server it is not known whether there is such a name.
  const absl::StatusCode code = Await(resolver, "no-such-name.invalid").status().code();
  EXPECT_TRUE(code == absl::StatusCode::kNotFound || code == absl::StatusCode::kUnavailable);
}

TEST_F(ResolverTest, OneLookupServesAllThatWaitForTheName) {
  const auto names = std::make_shared<SlowNames>();
  Resolver resolver(*loop_, Slow(names));
  int found = 0;
  for (int i = 0; i < 5; ++i) {
    resolver.Start("es", 9200, [&](LookupResult result) { found += result.ok(); });
  }
  names->answer.count_down();
  while (found < 5) loop_->RunFor(seconds(10));
  EXPECT_EQ(names->asked.load(std::memory_order_relaxed), 1);
}

TEST_F(ResolverTest, ALaterStartLooksAgain) {
  const auto names = std::make_shared<SlowNames>();
  names->answer.count_down();
  Resolver resolver(*loop_, Slow(names));
  EXPECT_TRUE(Await(resolver, "es").ok());
  EXPECT_TRUE(Await(resolver, "es").ok());
  EXPECT_EQ(names->asked.load(std::memory_order_relaxed), 2);
}

TEST_F(ResolverTest, ACancelledCallbackStaysQuiet) {
  const auto names = std::make_shared<SlowNames>();
  Resolver resolver(*loop_, Slow(names));
  bool other_found = false;
  const Resolver::Ticket hung =
      resolver.Start("es", 9200, [](LookupResult) { FAIL() << "cancelled"; });
  const Resolver::Ticket numeric =
      resolver.Start("127.0.0.1", 9200, [](LookupResult) { FAIL() << "cancelled"; });
  resolver.Start("es", 9200, [&](LookupResult) { other_found = true; });
  resolver.Cancel(hung);
  resolver.Cancel(numeric);
  resolver.Cancel(numeric);
  names->answer.count_down();
  while (!other_found) loop_->RunFor(seconds(10));
}

TEST_F(ResolverTest, HungLookupsAreBoundedAndBlockNoNumericAddress) {
  const auto names = std::make_shared<SlowNames>();
  Resolver resolver(*loop_, Slow(names));
  int found = 0;
  for (int i = 0; i < 8; ++i) {
    resolver.Start("es" + std::to_string(i), 9200, [&](LookupResult) { ++found; });
  }
  EXPECT_EQ(Await(resolver, "one-too-many").status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Await(resolver, "127.0.0.1").ok());
  EXPECT_EQ(found, 0);
  names->answer.count_down();
  while (found < 8) loop_->RunFor(seconds(10));
  EXPECT_TRUE(Await(resolver, "one-too-many").ok());
}

TEST_F(ResolverTest, MayEndWhileALookupHangs) {
  const auto names = std::make_shared<SlowNames>();
  {
    Resolver resolver(*loop_, Slow(names));
    resolver.Start("es", 9200, [](LookupResult) { FAIL() << "nobody waits any more"; });
  }
  loop_.reset();
  names->answer.count_down();
}

TEST_F(ResolverTest, MayEndInACallback) {
  auto resolver = std::make_unique<Resolver>(*loop_);
  bool called = false;
  resolver->Start("127.0.0.1", 1, [&](LookupResult) {
    called = true;
    resolver.reset();
  });
  resolver->Start("127.0.0.1", 2, [](LookupResult) { FAIL(); });
  while (!called) loop_->RunFor(seconds(10));
  loop_->RunFor(std::chrono::milliseconds(0));
}

}  // namespace
}  // namespace tailrace
