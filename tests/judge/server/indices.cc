#include "tests/judge/server/indices.h"

#include <cstdio>

namespace tailrace {
namespace {

std::string BackingIndex(std::string_view stream, size_t generation) {
  char suffix[32];
  std::snprintf(suffix, sizeof suffix, "-2026.01.01-%06zu", generation);
  return ".ds-" + std::string(stream) + suffix;
}

}  // namespace

bool Indices::IsValidName(std::string_view name) {
  if (name.empty() || name.size() > 255 || name.front() == '-' || name.front() == '_' ||
      name.front() == '+') {
    return false;
  }
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || std::string_view("\\/*?\"<>| ,#:{}").find(c) != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

const std::string& Indices::WriteIndex(std::string_view name) {
  auto found = names_.find(name);
  if (found == names_.end()) {
    const std::string first = IsDataStream(name) ? BackingIndex(name, 1) : std::string(name);
    found = names_.emplace(name, std::vector{first}).first;
  }
  return found->second.back();
}

bool Indices::Exists(std::string_view index) const {
  for (const auto& [name, backing] : names_) {
    for (const std::string& one : backing) {
      if (one == index) return true;
    }
  }
  return false;
}

std::vector<std::string> Indices::BackingIndices(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() || !IsDataStream(name) ? std::vector<std::string>() : found->second;
}

void Indices::RollOver() {
  for (auto& [name, backing] : names_) {
    if (IsDataStream(name)) backing.push_back(BackingIndex(name, backing.size() + 1));
  }
}

}  // namespace tailrace
