#include "tests/architecture/house.h"

#include <algorithm>

#include "tests/architecture/include_rules.h"
#include "tests/architecture/size_rules.h"
#include "tests/architecture/text_rules.h"

namespace tailrace {
namespace {

constexpr HouseFolder kFolders[] = {
    {"tests", 7},         {"bench", 6},        {"agent/cli", 5},      {"agent/config", 4},
    {"agent/admin", 4},   {"agent/alert", 3},  {"agent/pipeline", 3}, {"agent/tail", 2},
    {"agent/scrape", 2},  {"agent/enrich", 2}, {"agent/state", 2},    {"agent/lang", 2},
    {"agent/redact", 2},  {"parsers", 2},      {"sinks", 2},          {"agent/json", 1},
    {"agent/pattern", 1}, {"agent/codec", 1},  {"agent/net", 1},      {"agent/crypto", 1},
    {"agent/yaml", 1},    {"agent/event", 1},  {"agent/watch", 1},    {"ringbuffer", 1},
    {"agent/base", 0},
};

// "*" as an owner: everybody. A folder of tests/ may include what the folder that it mirrors may,
// and bench/ everything, since it measures the same kernels without us.
const HouseLibrary kLibraries[] = {
    // Debian's absl says nothing to ThreadSanitizer, which then takes what these guard for races:
    // agent/base/mutex.h and agent/base/notification.h stand for them.
    {"absl/synchronization/", {}},
    {"absl/", {"*"}},
    {"spdlog/", {"agent/base"}},
    {"CLI/", {"agent/cli"}},
    {"prometheus/", {"agent/admin"}},
    {"maxminddb.h", {"agent/enrich"}},
    {"sqlite3.h", {"agent/state"}},
    {"librdkafka/", {"sinks"}},
    {"simdjson.h", {"agent/json"}},
    {"simdjson/", {"agent/json"}},
    {"re2/", {"agent/pattern"}},
    {"hs/", {"agent/pattern"}},
    {"hs.h", {"agent/pattern"}},
    {"isa-l.h", {"agent/codec"}},
    {"isa-l/", {"agent/codec"}},
    {"zstd*", {"agent/codec"}},
    {"lz4*", {"agent/codec"}},
    {"snappy*", {"agent/codec"}},
    {"protozero/", {"agent/codec"}},
    {"boost/", {"agent/net"}},
    {"openssl/ssl.h", {"agent/net"}},
    {"openssl/", {"agent/net", "agent/crypto"}},
    {"xxhash.h", {"agent/crypto"}},
    {"yaml-cpp/", {"agent/yaml"}},
    {"sys/inotify.h", {"agent/watch"}},
    {"gtest/", {"tests"}},
    {"gmock/", {"tests"}},
    {"benchmark/", {"tests"}},
    {"nlohmann/", {"tests"}},
    {"zlib.h", {"tests"}},
};

constexpr std::string_view kSystemFolders[] = {"sys/", "linux/", "netinet/", "arpa/", "net/"};
constexpr std::string_view kSystemHeaders[] = {
    "arm_neon.h",  "emmintrin.h", "nmmintrin.h", "smmintrin.h", "tmmintrin.h", "wmmintrin.h",
    "x86intrin.h", "cpuid.h",     "dirent.h",    "dlfcn.h",     "endian.h",    "errno.h",
    "fcntl.h",     "fnmatch.h",   "ftw.h",       "getopt.h",    "glob.h",      "grp.h",
    "iconv.h",     "ifaddrs.h",   "immintrin.h", "limits.h",    "malloc.h",    "netdb.h",
    "poll.h",      "pthread.h",   "pwd.h",       "sched.h",     "signal.h",    "spawn.h",
    "stdio.h",     "stdlib.h",    "string.h",    "syscall.h",   "termios.h",   "time.h",
    "ucontext.h",  "unistd.h",    "utime.h",
};

constexpr HouseException kExceptions[] = {
    {"IncludesPointToLowerFloors", "agent/tail/known_files.h", "agent/state/checkpoint.h",
     "the reader resumes by the records of the store, which have their one home beside it"},
    {"IncludesPointToLowerFloors", "agent/tail/reader.h", "agent/state/checkpoint.h",
     "the reader is handed these records at its start, as the store read them"},
    {"TopLevelIsFixed", "cmake", "",
     "CMake itself wants compiler flags, packages and functions apart from the list of folders"},
};

constexpr NamedRule kRules[] = {
    {"IncludesPointToLowerFloors", IncludesToHigherFloors},
    {"LibrariesAreIncludedByTheirOwners", LibrariesOutsideTheirOwners},
    {"HeadersBeginWithAContract", HeadersWithoutContract},
    {"FilesAndFunctionsAreShort", OversizedCode},
    {"NamespaceIsTailrace", ForeignNamespaces},
    {"NamesSayWhatThingsAre", EmptyNames},
    {"TopLevelIsFixed", StrangersAtTheTop},
    {"CodeIsFreeOfForbiddenThings", ForbiddenCode},
    {"TodosHaveAnOwnerAndAReason", BareTodos},
    {"CmakeNamesItsFiles", GlobbedFiles},
};

bool MatchesLibrary(std::string_view header, std::string_view pattern) {
  if (pattern.ends_with('*')) return header.starts_with(pattern.substr(0, pattern.size() - 1));
  if (pattern.ends_with('/')) return header.starts_with(pattern);
  return header == pattern;
}

}  // namespace

std::span<const HouseFolder> HouseFolders() { return kFolders; }
std::span<const HouseLibrary> HouseLibraries() { return kLibraries; }
std::span<const HouseException> HouseExceptions() { return kExceptions; }
std::span<const NamedRule> HouseRules() { return kRules; }
void PrintTo(const NamedRule& rule, std::ostream* out) { *out << rule.name; }

const HouseFolder* FolderOf(std::string_view path) {
  for (const HouseFolder& folder : kFolders) {
    if (path.starts_with(folder.folder) && path.substr(folder.folder.size()).starts_with('/')) {
      return &folder;
    }
  }
  return nullptr;
}

const HouseLibrary* LibraryOf(std::string_view header) {
  for (const HouseLibrary& library : kLibraries) {
    if (MatchesLibrary(header, library.header)) return &library;
  }
  return nullptr;
}

bool IsSystemHeader(std::string_view header) {
  if (header.find_first_of("./") == std::string_view::npos) return true;  // <vector>
  const auto is_prefix = [&](std::string_view folder) { return header.starts_with(folder); };
  return std::any_of(std::begin(kSystemFolders), std::end(kSystemFolders), is_prefix) ||
         std::find(std::begin(kSystemHeaders), std::end(kSystemHeaders), header) !=
             std::end(kSystemHeaders);
}

}  // namespace tailrace
