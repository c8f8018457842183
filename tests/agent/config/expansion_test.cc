#include "agent/config/expansion.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/lang/syntax_error.h"
#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

absl::StatusOr<std::string> Expand(std::string_view text, std::string_view folder = ".") {
  const LoadEnvironment environment =
      MakeEnvironment({{"HOST", "es"}, {"EMPTY", ""}, {"TRICKY", "${HOST} $$ }"}});
  ASSIGN_OR_RETURN(ExpandedText expanded, ExpandReferences(text, environment, folder));
  return std::move(expanded.text);
}

TEST(ExpandReferences, ReplacesVariablesAndDefaults) {
  struct Case {
    std::string_view text;
    std::string_view expanded;
  };
  const Case cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"http://${HOST}:9200", "http://es:9200"},
      {"${HOST}${HOST}", "eses"},
      {"${NONE:-fallback}", "fallback"},
      {"${NONE:-}", ""},
      {"${HOST:-fallback}", "es"},
      {"${EMPTY:-fallback}", "fallback"},
      {"${EMPTY}", ""},
      {"${NONE:-a:-b}", "a:-b"},
      {"$$", "$"},
      {"$${HOST}", "${HOST}"},
      {"$$$$", "$$"},
      {"$$${HOST}", "$es"},
      {"a$b$", "a$b$"},  // A dollar sign alone is itself.
      {"^x.*$|y", "^x.*$|y"},
      {"${TRICKY}", "${HOST} $$ }"},  // What comes in is not looked at again.
  };
  for (const Case& c : cases) {
    const absl::StatusOr<std::string> expanded = Expand(c.text);
    ASSERT_TRUE(expanded.ok()) << c.text << " " << expanded.status();
    EXPECT_EQ(*expanded, c.expanded) << c.text;
  }
}

TEST(ExpandReferences, SaysWhatIsWrongAndWhere) {
  constexpr std::string_view kForm =
      "expected ${NAME}, ${NAME:-default} or ${file:PATH}; a dollar sign is written $$";
  struct Case {
    std::string_view text;
    size_t offset;
    std::string_view message;
  };
  const Case cases[] = {
      {"ab${NONE}", 2,
       "the environment variable \"NONE\" is not set; a default is written ${NONE:-default}"},
      {"a${HOST", 1, "\"${\" without \"}\""},
      {"${}", 0, kForm},
      {"${1A}", 0, kForm},
      {"${A-b}", 0, kForm},
      {"${A B}", 0, kForm},
      {"${NONE:-${HOST}}", 0, "a reference cannot hold another one"},
      {"${file:}", 0, "\"${file:}\" without a path"},
  };
  for (const Case& c : cases) {
    const absl::Status status = Expand(c.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(FromAbsl(status.message()), c.message) << c.text;
    EXPECT_EQ(SyntaxErrorOffset(status), c.offset) << c.text;
  }
}

TEST(ExpandReferences, ReadsFilesWithoutTheirLastLineBreak) {
  const std::string folder = FreshFolder();
  WriteFile(folder + "/plain", "secret");
  WriteFile(folder + "/line", "secret\n");
  WriteFile(folder + "/crlf", "secret\r\n");
  WriteFile(folder + "/two", "one\ntwo\n\n");
  WriteFile(folder + "/empty", "");
  EXPECT_EQ(*Expand("${file:plain}", folder), "secret");
  EXPECT_EQ(*Expand("<${file:" + folder + "/line}>"), "<secret>");
  EXPECT_EQ(*Expand("${file:crlf}", folder), "secret");
  EXPECT_EQ(*Expand("${file:two}", folder), "one\ntwo\n");
  EXPECT_EQ(*Expand("${file:empty}", folder), "");
}

TEST(ExpandReferences, RefusesFilesThatAreNoShortText) {
  const std::string folder = FreshFolder();
  WriteFile(folder + "/binary", std::string("a\0b", 3));
  WriteFile(folder + "/large", std::string((64 << 10) + 1, 'x'));
  struct Case {
    std::string_view text;
    std::string message;
  };
  const Case cases[] = {
      {"${file:binary}", "the file " + folder + "/binary is not text"},
      {"${file:large}", "read " + folder + "/large: larger than 64KiB"},
      {"${file:none}", "open " + folder + "/none: ENOENT (No such file or directory)"},
      {"${file:.}", "open " + folder + "/.: not a regular file"},
      {"${file:/dev/zero}", "open /dev/zero: not a regular file"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FromAbsl(Expand(c.text, folder).status().message()), c.message) << c.text;
  }
}

TEST(ExpandReferences, KeepsFilesAsPiecesOfASecretThatAreReadAgain) {
  const std::string folder = FreshFolder();
  WriteFile(folder + "/key", "one\n");
  const LoadEnvironment environment = MakeEnvironment({{"HOST", "es"}});
  absl::StatusOr<ExpandedText> expanded =
      ExpandReferences("$$${HOST}-${file:key}!", environment, folder);
  ASSERT_TRUE(expanded.ok()) << expanded.status();
  EXPECT_EQ(expanded->text, "$es-one!");
  ASSERT_EQ(expanded->pieces.size(), 3U);
  EXPECT_EQ(expanded->pieces[0].literal, "$es-");
  EXPECT_EQ(expanded->pieces[1].path, folder + "/key");
  EXPECT_EQ(expanded->pieces[2].literal, "!");
  SecretText secret = expanded->ToSecret();
  WriteFile(folder + "/key", "another\n");
  EXPECT_EQ(secret.Read({})->Reveal(), "$es-another!");
}

TEST(ExpandReferences, TheResultIsBounded) {
  const std::string folder = FreshFolder();
  WriteFile(folder + "/f", std::string(60'000, 'x'));
  std::string text;
  for (int i = 0; i < 20; ++i) text += "${file:f}";
  EXPECT_EQ(FromAbsl(Expand(text, folder).status().message()),
            "the value is over 1 MiB when its references are replaced");
}

}  // namespace
}  // namespace tailrace
