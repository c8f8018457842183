#include "agent/yaml/secret_mask.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tailrace {
namespace {

std::string Masked(std::string_view line) {
  std::string out;
  size_t at = 0;
  for (const TextSpan& span : FindSecrets(line)) {
    out += line.substr(at, span.begin - at);
    out += "***";
    at = span.end;
  }
  return out + std::string(line.substr(at));
}

TEST(FindSecrets, CoversWhatSoundsLikeASecret) {
  struct Case {
    std::string_view line;
    std::string_view masked;
  };
  const Case cases[] = {
      {"password: hunter2", "password: ***"},
      {"  password: \"hunter2\"", "  password: ***"},
      {"  password: 'hunter2' # old", "  password: *** # old"},
      {"pasword: hunter2", "pasword: ***"},
      {"pass_word: hunter2", "pass_word: ***"},
      {"Password : x", "Password : ***"},
      {"\"password\": hunter2", "\"password\": ***"},
      {"{user: elastic, password: hunter2, timeout: 3s}",
       "{user: elastic, password: ***, timeout: 3s}"},
      {"{type: es, api_key: abc, password: def}", "{type: es, api_key: ***, password: ***}"},
      {"api_key: a:b:c", "api_key: ***"},
      {"apikey: abc", "apikey: ***"},
      {"redact: {detect: email, key: abc}", "redact: {detect: email, key: ***}"},
      {"{action: hash, key: abc, key_id: k1}", "{action: hash, key: ***, key_id: k1}"},
      {"api_kee: abc", "api_kee: ***"},
      {"id_key: abc", "id_key: ***"},
      {"auth_token: abc", "auth_token: ***"},
      {"password: \"unclosed", "password: ***"},
      {"password:", "password:"},
      {"password: ", "password: "},
      {"endpoints: [\"http://me:pw@es:9200\", http://es2:9200]",
       "endpoints: [\"http://***@es:9200\", http://es2:9200]"},
      {"endpoints: [http://token@es:9200/x@y]", "endpoints: [http://***@es:9200/x@y]"},
  };
  for (const Case& c : cases) EXPECT_EQ(Masked(c.line), c.masked) << c.line;
}

TEST(FindSecrets, LeavesReferencesAndOtherKeys) {
  for (std::string_view line :
       {"password: ${ES_PASSWORD}", "password: \"${ES_PASSWORD}\"", "api_key: '${file:/etc/key}'",
        "path: /var/log/x", "key: value", "state_dir: /var/lib/tailrace", "timeout: 30s",
        "endpoints: [http://es:9200/a@b]", "labels: {job: nginx, app: api}", "", ":", "::", "a: b",
        "user: elastic", "max_line: 1MiB", "parse: json"}) {
    EXPECT_TRUE(FindSecrets(line).empty()) << line;
  }
}

TEST(FindSecrets, MasksADefaultInAReference) {
  EXPECT_EQ(Masked("password: ${ES_PASSWORD:-hunter2}"), "password: ***");
}

}  // namespace
}  // namespace tailrace
