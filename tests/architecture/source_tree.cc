#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace tailrace {
namespace {

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Walks over the text once; each method starts at `at_` and leaves it behind what it blanked.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), out_(text) {}

  std::string Run() && {
    while (at_ < text_.size()) {
      if (text_.substr(at_, 2) == "//") {
        BlankUntil(EndOfLineComment());
      } else if (text_.substr(at_, 2) == "/*") {
        const size_t end = text_.find("*/", at_ + 2);
        BlankUntil(end == std::string_view::npos ? text_.size() : end + 2);
      } else if (text_[at_] == '"') {
        IsRawString() ? BlankRawString() : BlankLiteral('"');
      } else if (text_[at_] == '\'' && IsDigitSeparator()) {
        out_[at_++] = '_';
      } else if (text_[at_] == '\'') {
        BlankLiteral('\'');
      } else {
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  size_t EndOfLineComment() const {
    const size_t end = text_.find('\n', at_);
    return end == std::string_view::npos ? text_.size() : end;
  }

  void BlankUntil(size_t end) {
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') out_[at_] = ' ';
    }
  }

  // The word that ends right before `at_`: a literal's prefix, or a number.
  std::string_view WordBefore() const {
    size_t begin = at_;
    while (begin > 0 && (IsWordCharacter(text_[begin - 1]) || text_[begin - 1] == '\'')) --begin;
    return text_.substr(begin, at_ - begin);
  }

  bool IsRawString() const {
    const std::string_view word = WordBefore();
    return word == "R" || word == "u8R" || word == "uR" || word == "UR" || word == "LR";
  }

  bool IsDigitSeparator() const {
    const std::string_view word = WordBefore();
    return !word.empty() && std::isdigit(static_cast<unsigned char>(word.front()));
  }

  void BlankRawString() {
    const size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return BlankUntil(text_.size());
    const std::string close = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
    const size_t end = text_.find(close, open);
    ++at_;
    if (end == std::string_view::npos) return BlankUntil(text_.size());
    BlankUntil(end + close.size() - 1);
    ++at_;
  }

  void BlankLiteral(char quote) {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    ++at_;
    BlankUntil(std::min(end, text_.size()));
    if (at_ < text_.size()) ++at_;
  }

  std::string_view text_;
  std::string out_;
  size_t at_ = 0;
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool IsSkipped(const std::string& name) {
  return name.starts_with(".") || name == "build" || name == "__pycache__" || name.ends_with("~");
}

void Collect(const std::filesystem::path& folder, const std::string& prefix, SourceTree& tree) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const std::string path = prefix + name;
    if (IsSkipped(name)) continue;
    if (entry.is_directory() && !entry.is_symlink()) {
      Collect(entry.path(), path + "/", tree);
      continue;
    }
    tree.paths.push_back(path);
    if (name.ends_with(".h") || name.ends_with(".cc")) {
      tree.sources.push_back(MakeSourceFile(path, ReadFile(entry.path())));
    } else if (name == "CMakeLists.txt" || name.ends_with(".cmake")) {
      tree.scripts.push_back({path, SplitLines(ReadFile(entry.path())), {}, {}});
    }
  }
}

}  // namespace

std::string BlankedCode(std::string_view text) { return Blanker(text).Run(); }

std::string WithoutPreprocessor(std::string_view blanked) {
  std::string out(blanked);
  bool continued = false;
  for (size_t begin = 0; begin < out.size();) {
    const size_t end = std::min(out.find('\n', begin), out.size());
    const std::string_view line(out.data() + begin, end - begin);
    const size_t first = line.find_first_not_of(" \t");
    if (continued || (first != std::string_view::npos && line[first] == '#')) {
      continued = line.ends_with('\\');
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin),
                out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    begin = end + 1;
  }
  return out;
}

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

SourceFile MakeSourceFile(std::string path, std::string_view text) {
  const std::string blanked = BlankedCode(text);
  return {std::move(path), SplitLines(text), SplitLines(blanked), WithoutPreprocessor(blanked)};
}

SourceTree ReadSourceTree(const std::string& root) {
  SourceTree tree;
  Collect(root, "", tree);
  std::sort(tree.paths.begin(), tree.paths.end());
  const auto by_path = [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; };
  std::sort(tree.sources.begin(), tree.sources.end(), by_path);
  std::sort(tree.scripts.begin(), tree.scripts.end(), by_path);
  return tree;
}

}  // namespace tailrace
