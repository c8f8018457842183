// The rules, each on a small tree that breaks it.
#include "tests/architecture/house.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/architecture/include_rules.h"
#include "tests/architecture/size_rules.h"
#include "tests/architecture/source_tree.h"
#include "tests/architecture/text_rules.h"

namespace tailrace {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SourceTree TreeOf(std::vector<std::pair<std::string, std::string>> files) {
  SourceTree tree;
  for (auto& [path, text] : files) {
    tree.paths.push_back(path);
    if (path.ends_with(".txt")) {
      tree.scripts.push_back({path, SplitLines(text), {}, {}});
    } else {
      tree.sources.push_back(MakeSourceFile(path, text));
    }
  }
  std::sort(tree.paths.begin(), tree.paths.end());
  return tree;
}

// "path:line", one a violation.
std::vector<std::string> Places(const std::vector<Violation>& violations) {
  std::vector<std::string> places;
  for (const Violation& v : violations) places.push_back(v.path + ":" + std::to_string(v.line));
  return places;
}

TEST(HouseTable, EveryOwnerIsAFolderAndEveryFolderIsFound) {
  for (const HouseFolder& folder : HouseFolders()) {
    EXPECT_EQ(FolderOf(std::string(folder.folder) + "/x.h"), &folder);
  }
  for (const HouseLibrary& library : HouseLibraries()) {
    for (std::string_view owner : library.owners) {
      if (owner == "*") continue;
      EXPECT_NE(FolderOf(std::string(owner) + "/x.h"), nullptr) << owner;
    }
  }
}

TEST(IncludeRules, OnlyLowerFloorsMayBeKnown) {
  const SourceTree tree = TreeOf({
      {"agent/base/a.h", "#include \"sinks/s.h\"\n"},  // Up.
      {"sinks/s.h",
       "#include \"agent/base/a.h\"\n#include \"sinks/t.h\"\n"},  // Down, own; missing.
      {"parsers/p.cc", "// #include \"sinks/s.h\"\n\n#include \"sinks/s.h\"\n"},  // Sideways.
      {"tests/sinks/s_test.cc", "#include \"sinks/s.h\"\n"},
      {"bench/b.cc", "#include \"tests/x.h\"\n#include \"sinks/s.h\"\n"},
      {"tests/x.h", ""},
      {"agent/lost.h", ""},
  });
  EXPECT_THAT(Places(IncludesToHigherFloors(tree)),
              ElementsAre("agent/base/a.h:1", "sinks/s.h:2", "parsers/p.cc:3", "bench/b.cc:1",
                          "agent/lost.h:0"));
}

TEST(IncludeRules, LibraryIsForItsOwnerAndItsOwnersTests) {
  const SourceTree tree = TreeOf({
      {"agent/json/a.cc", "#include <simdjson.h>\n#include <vector>\n#include <sys/stat.h>\n"},
      {"tests/agent/json/a_test.cc", "#include <simdjson.h>\n#include <gtest/gtest.h>\n"},
      {"sinks/a.cc", "#include <simdjson.h>\n#include \"absl/status/status.h\"\n"},
      {"sinks/b.cc", "#include <gtest/gtest.h>\n#include \"b.h\"\n#include <what/ever.h>\n"},
      {"agent/crypto/c.cc", "#include <openssl/sha.h>\n#include <openssl/ssl.h>\n"},
      {"bench/d.cc", "#include <simdjson.h>\n#include <benchmark/benchmark.h>\n"},
      {"agent/base/e.h", "#include \"absl/synchronization/mutex.h\"\n"},
  });
  EXPECT_THAT(Places(LibrariesOutsideTheirOwners(tree)),
              ElementsAre("sinks/a.cc:1", "sinks/b.cc:1", "sinks/b.cc:2", "sinks/b.cc:3",
                          "agent/crypto/c.cc:2", "agent/base/e.h:1"));
}

TEST(TextRules, HeaderBeginsWithAPurposeAndOrderedLabels) {
  const std::string purpose = "// Ledger turns acknowledgements into one offset.\n//\n";
  const std::string once = "#pragma once\n";
  const SourceTree tree = TreeOf({
      {"sinks/good.h", purpose + "// Threads    Any.\n// Cost       None.\n" + once},
      {"sinks/order.h", purpose + "// Cost       None.\n// Threads    Any.\n" + once},
      {"sinks/label.h", purpose + once},
      {"sinks/short.h", "// Ledger.\n// Threads    Any.\n" + once},
      {"sinks/none.h", once + purpose},
      {"sinks/late.h", purpose + "// Threads    Any.\n\n#include <a>\n" + once},
      {"tests/sinks/good.h", purpose + once},
      {"sinks/source.cc", ""},
  });
  EXPECT_THAT(Places(HeadersWithoutContract(tree)),
              ElementsAre("sinks/order.h:1", "sinks/label.h:1", "sinks/short.h:1", "sinks/none.h:1",
                          "sinks/late.h:1"));
}

TEST(TextRules, NamesNamespacesAndTopLevelAreChecked) {
  const SourceTree tree = TreeOf({
      {"sinks/utility.cc", "namespace tailrace {\nnamespace {\nclass Utility {};\n}\n}\n"},
      {"sinks/string_util.cc",
       "namespace tailrace::sinks {\nvoid F();\n}\nnamespace re2 {\nclass RE2;\n}\n"},
      {"sinks/common/a.cc", "namespace tailrace {\nclass FileManager {};\n}\n"},
      {"tools/a.cc", ""},
  });
  EXPECT_THAT(Places(EmptyNames(tree)),
              ElementsAre("sinks/common/a.cc:0", "sinks/string_util.cc:0", "sinks/common/a.cc:2"));
  EXPECT_THAT(Places(ForeignNamespaces(tree)), ElementsAre("sinks/string_util.cc:1"));
  EXPECT_THAT(Places(StrangersAtTheTop(tree)), ElementsAre("tools:0"));
}

TEST(TextRules, ForbiddenCodeIsFoundInCodeAlone) {
  const SourceTree tree = TreeOf({
      {"sinks/a.cc",
       "// thread_local\nconst char* k = \"usleep(1)\";\nthread_local int x;\n"
       "std::this_thread::sleep_for(a);\nint asleep(int);\n"},
      {"tests/sinks/a_test.cc", "usleep(1);\n"},
      {"sinks/b.cc",
       "// TODO: later\n// TODO(anna): needs the new kernel of Debian 13\n"
       "x = \"// TODO\";\n"},
      {"sinks/CMakeLists.txt", "# file(GLOB\nfile( glob x *.cc)\n"},
  });
  EXPECT_THAT(Places(ForbiddenCode(tree)), ElementsAre("sinks/a.cc:3", "sinks/a.cc:4"));
  EXPECT_THAT(Places(BareTodos(tree)), ElementsAre("sinks/b.cc:1"));
  EXPECT_THAT(Places(GlobbedFiles(tree)), ElementsAre("sinks/CMakeLists.txt:2"));
}

TEST(SizeRules, LimitIsAllowedAndOneMoreIsNot) {
  const auto function = [](size_t lines) {
    return "void F() {\n" + std::string(lines - 2, '\n') + "}\n";
  };
  EXPECT_THAT(OversizedCode(TreeOf({{"sinks/a.cc", function(kFunctionLinesMax)},
                                    {"sinks/a.h", std::string(kHeaderLinesMax, '\n')},
                                    {"sinks/b.cc", std::string(kSourceLinesMax, '\n')},
                                    {"sinks/c.cc", "void F() { {{{{ }}}} }"}})),
              IsEmpty());
  EXPECT_THAT(Places(OversizedCode(TreeOf({{"sinks/a.cc", "\n" + function(kFunctionLinesMax + 1)},
                                           {"sinks/a.h", std::string(kHeaderLinesMax + 1, '\n')},
                                           {"sinks/b.cc", std::string(kSourceLinesMax + 1, '\n')},
                                           {"sinks/c.cc", "void F() { {{{{{ }}}}} }"}}))),
              ElementsAre("sinks/a.cc:2", "sinks/a.h:0", "sinks/b.cc:0", "sinks/c.cc:1"));
}

TEST(SizeRules, LongestOfEachKindAreNamed) {
  EXPECT_THAT(
      LongestOfEachKind(
          TreeOf({{"sinks/a.cc", "void F() {\n}\nvoid G() {}\n"}, {"sinks/b.h", "\n\n"}})),
      ElementsAre("longest function: 2 lines, F in sinks/a.cc",
                  "longest header: 2 lines, sinks/b.h", "longest file: 3 lines, sinks/a.cc"));
}

}  // namespace
}  // namespace tailrace
