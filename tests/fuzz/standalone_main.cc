// Runs a fuzz target without libFuzzer: over every file of the folders given as arguments, over
// prefixes of each, and over single-byte changes of each with a fixed seed. So the seeds, and what
// the fuzzer once found and was put beside them, run in every `make test` under the sanitizers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kPrefixesMax = 256;
constexpr size_t kChangesMax = 256;

// A heap copy of exactly `size` bytes, so that ASan sees a read of one byte more.
void RunOnce(const char* data, size_t size) {
  const auto copy = std::make_unique<uint8_t[]>(size);
  if (size > 0) std::memcpy(copy.get(), data, size);
  LLVMFuzzerTestOneInput(copy.get(), size);
}

void RunSeed(std::string bytes, std::minstd_rand& random) {
  RunOnce(bytes.data(), bytes.size());
  const size_t step = std::max<size_t>(1, bytes.size() / kPrefixesMax);
  for (size_t length = 0; length < bytes.size(); length += step) RunOnce(bytes.data(), length);
  if (bytes.empty()) return;
  for (size_t i = 0; i < kChangesMax; ++i) {
    char& byte = bytes[random() % bytes.size()];
    const char before = byte;
    byte = static_cast<char>(random());
    RunOnce(bytes.data(), bytes.size());
    byte = before;
  }
}

std::vector<std::filesystem::path> FilesBelow(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::minstd_rand random(1);
  size_t seeds = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : FilesBelow(argv[i])) {
      std::ifstream file(path, std::ios::binary);
      RunSeed(std::string(std::istreambuf_iterator<char>(file), {}), random);
      ++seeds;
    }
  }
  RunSeed("", random);
  std::printf("%zu seeds, each with its prefixes and mutations\n", seeds);
  // A folder without seeds is a mistake in the caller, not a pass.
  return argc > 1 && seeds == 0 ? 1 : 0;
}
