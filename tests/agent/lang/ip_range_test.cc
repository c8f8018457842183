#include "agent/lang/ip_range.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

TEST(IpRange, FindsAddressesOfItInText) {
  struct Case {
    std::string_view range;
    std::string_view text;
    bool contains;
  };
  const Case cases[] = {
      {"192.168.4.5", "192.168.4.5", true},
      {"192.168.4.5", "192.168.4.50", false},
      {"192.168.4.5", "1192.168.4.5", false},
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.1.2.3/8", "10.200.0.1", true},  // What is behind the prefix does not matter.
      {"0.0.0.0/0", "8.8.8.8", true},
      {"0.0.0.0/0", "::1", false},
      {"10.0.0.1/32", "10.0.0.1", true},
      {"10.0.0.1-10.0.0.9", "10.0.0.9", true},
      {"10.0.0.1 - 10.0.0.9", "10.0.0.1", true},
      {"10.0.0.1-10.0.0.9", "10.0.0.10", false},
      {"10.0.0.0/8", "from 10.1.1.1:8080 to 8.8.8.8", true},
      {"10.0.0.0/8", "8.8.8.8, 10.1.1.1", true},
      {"10.0.0.0/8", "addr=10.1.1.1.", true},
      {"10.0.0.0/8", "added10.1.1.1", true},
      {"10.0.0.0/8", "10.1.1", false},
      {"10.0.0.0/8", "10.1.1.01", false},
      {"10.0.0.0/8", "10.1.1.1.1", false},
      {"10.0.0.0/8", "", false},
      {"10.0.0.0/8", "no address, face it: cafe:", false},
      {"::1", "::1", true},
      {"::1", "[::1]:8080", true},
      {"::1", "0:0:0:0:0:0:0:1", true},
      {"2001:db8::/32", "2001:DB8:1::5", true},
      {"2001:db8::/32", "2001:db9::", false},
      {"2001:db8::1-2001:db8::8", "at 2001:db8::3,", true},
      {"2001:db8::1-2001:db8::8", "2001:db8::9", false},
      {"fe80::/10", "fe80::1%eth0", true},
      {"10.0.0.0/8", "::ffff:10.1.1.1", true},
      {"::ffff:10.0.0.0/104", "10.1.1.1", true},
      {"::/0", "10.1.1.1", false},
      {"::/0", "12:34:56", false},  // A time.
  };
  for (const Case& c : cases) {
    const absl::StatusOr<IpRange> range = IpRange::Parse(c.range);
    ASSERT_TRUE(range.ok()) << range.status();
    EXPECT_EQ(range->ContainsSomeIn(c.text), c.contains) << c.text << " in " << c.range;
  }
}

TEST(IpRange, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "x", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/8x", "/8", "::/129",
        "10.0.0.9-10.0.0.1", "10.0.0.1-", "-10.0.0.1", "10.0.0.1-::1", "10.0.0.1,10.0.0.2"}) {
    const absl::Status status = IpRange::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_EQ(FromAbsl(IpRange::Parse("x").status().message()),
            "\"x\" is no address, block or range; expected such as 192.168.4.5, 10.0.0.0/8, "
            "10.0.0.1-10.0.0.9 or 2001:db8::/32");
}

TEST(IpRange, BearsAnyText) {
  const IpRange range = *IpRange::Parse("0.0.0.0/0");
  EXPECT_FALSE(range.ContainsSomeIn(std::string(100'000, ':')));
  EXPECT_FALSE(range.ContainsSomeIn(std::string(100'000, '.')));
  EXPECT_FALSE(range.ContainsSomeIn(std::string(100'000, '1')));
  EXPECT_FALSE(range.ContainsSomeIn(std::string("10.0.0.\0", 8)));
  EXPECT_TRUE(
      range.ContainsSomeIn(std::string("\0\xff"
                                       "10.0.0.1\0",
                                       11)));
}

}  // namespace
}  // namespace tailrace
