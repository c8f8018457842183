#include "agent/lang/index_name.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tailrace {
namespace {

TEST(SanitizeIndexName, MakesAnyNameOneThatElasticsearchAccepts) {
  struct Case {
    std::string_view name;
    std::string_view clean;
  };
  const Case cases[] = {
      {"logs-shop-default", "logs-shop-default"},
      {"logs.2026.01.01+x_y", "logs.2026.01.01+x_y"},
      {".ds-logs", ".ds-logs"},
      {"Logs-SHOP", "logs-shop"},
      {R"(a\b/c*d?e"f<g>h|i j,k#l:m)", "a_b_c_d_e_f_g_h_i_j_k_l_m"},
      {"-_+logs", "logs"},
      {"/logs", "logs"},
      {"a\nb\x7f", "a_b_"},
      {"caf\xC3\xA9", "caf__"},
      {"", "unnamed"},
      {"___", "unnamed"},
      {".", "unnamed"},
      {"..", "unnamed"},
      {"...", "..."},
      {"-..", "unnamed"},
  };
  for (const Case& c : cases) EXPECT_EQ(SanitizeIndexName(c.name), c.clean) << c.name;
}

TEST(SanitizeIndexName, CutsAt255Bytes) {
  EXPECT_EQ(SanitizeIndexName(std::string(255, 'a')), std::string(255, 'a'));
  EXPECT_EQ(SanitizeIndexName(std::string(256, 'a')), std::string(255, 'a'));
  EXPECT_EQ(SanitizeIndexName("-" + std::string(255, 'a')), std::string(255, 'a'));
}

TEST(SanitizeIndexName, IsIdempotentForEveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string once = SanitizeIndexName(std::string(2, static_cast<char>(byte)) + "x");
    EXPECT_EQ(SanitizeIndexName(once), once) << byte;
    EXPECT_FALSE(once.empty());
  }
}

}  // namespace
}  // namespace tailrace
