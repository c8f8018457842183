#include "agent/net/url.h"

#include <gtest/gtest.h>

namespace tailrace {
namespace {

TEST(Url, GoodOnes) {
  const struct {
    std::string_view text;
    Url url;
    std::string_view authority, printed;
  } cases[] = {
      {"http://es:9200", {false, "es", 9200, ""}, "es:9200", "http://es:9200"},
      {"http://es:9200/", {false, "es", 9200, ""}, "es:9200", "http://es:9200"},
      {"HTTP://es", {false, "es", 80, ""}, "es", "http://es"},
      {"https://es.example.org",
       {true, "es.example.org", 443, ""},
       "es.example.org",
       "https://es.example.org"},
      {"https://es:80/a", {true, "es", 80, "/a"}, "es:80", "https://es:80/a"},
      {"http://10.0.0.1:1/a/b//",
       {false, "10.0.0.1", 1, "/a/b"},
       "10.0.0.1:1",
       "http://10.0.0.1:1/a/b"},
      {"http://[::1]:9200/p", {false, "::1", 9200, "/p"}, "[::1]:9200", "http://[::1]:9200/p"},
      {"http://[fe80::1]", {false, "fe80::1", 80, ""}, "[fe80::1]", "http://[fe80::1]"},
      {"http://es_1-x.y:65535",
       {false, "es_1-x.y", 65535, ""},
       "es_1-x.y:65535",
       "http://es_1-x.y:65535"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<Url> url = ParseUrl(c.text);
    ASSERT_TRUE(url.ok()) << c.text << ": " << url.status();
    EXPECT_EQ(*url, c.url) << c.text;
    EXPECT_EQ(url->Authority(), c.authority);
    EXPECT_EQ(url->ToString(), c.printed);
  }
}

TEST(Url, BadOnesAreNamed) {
  const struct {
    std::string_view text, words;
  } cases[] = {
      {"", "http://"},
      {"es:9200", "http://"},
      {"ftp://es", "http://"},
      {"://es", "http://"},
      {"http://", "no host"},
      {"http:///path", "no host"},
      {"http://:9200", "no host"},
      {"http://es:", "no port"},
      {"http://es:0", "no port"},
      {"http://es:65536", "no port"},
      {"http://es:92x", "no port"},
      {"http://es:-1", "no port"},
      {"http://es:9200:9300", "no port"},
      {"http://user:secret@es", "credentials"},
      {"http://e s", "no host"},
      {"http://es\r\nX: y", "no host"},
      {"http://\xC3\xA4", "no host"},
      {"http://::1", "no host"},
      {"http://[::1", "without"},
      {"http://[::1]x", "behind"},
      {"http://[nonsense]:1", "no IPv6"},
      {"http://[]:1", "no IPv6"},
      {"http://es?x=1", "query"},
      {"http://es/a?x=1", "query"},
      {"http://es/#f", "fragment"},
      {"http://es/a b", "blanks"},
      {"http://es/\r\nX: y", "control"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<Url> url = ParseUrl(c.text);
    EXPECT_EQ(url.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_NE(url.status().ToString().find(c.words), std::string::npos) << url.status();
    EXPECT_EQ(url.status().ToString().find("secret"), std::string::npos) << url.status();
  }
}

}  // namespace
}  // namespace tailrace
