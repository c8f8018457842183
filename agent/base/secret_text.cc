#include "agent/base/secret_text.h"

#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

std::vector<SecretText::Part> OneLiteral(std::string literal) {
  std::vector<SecretText::Part> parts;
  if (!literal.empty()) parts.push_back({Secret(std::move(literal)), ""});
  return parts;
}

}  // namespace

absl::StatusOr<TextFile> ReadSecretFile(const std::string& path) {
  ASSIGN_OR_RETURN(TextFile file, ReadTextFile(path, SecretText::kMaxFileBytes));
  if (file.text.ends_with('\n')) file.text.pop_back();
  if (file.text.ends_with('\r')) file.text.pop_back();
  if (file.text.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(Concat({"the file ", path, " is not text"}));
  }
  return file;
}

SecretText::SecretText(std::string literal) : SecretText(OneLiteral(std::move(literal))) {}

SecretText::SecretText(std::vector<Part> parts) : parts_(std::move(parts)), files_(parts_.size()) {}

absl::StatusOr<Secret> SecretText::Read(MonotonicTime now) {
  std::string value;
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].path.empty()) {
      value += parts_[i].literal.Reveal();
      continue;
    }
    const absl::Status status = Refresh(parts_[i].path, files_[i]);
    if (!status.ok() && !files_[i].known) return status;
    if (!status.ok() && throttle_.Allow(now)) {
      LogWarn("a secret cannot be read again; its last value stays",
              {{"error", std::string(FromAbsl(status.message()))}});
    }
    value += files_[i].content.Reveal();
  }
  return Secret(std::move(value));
}

absl::Status SecretText::Refresh(const std::string& path, File& file) const {
  ASSIGN_OR_RETURN(const FileStamp stamp, StampOf(path));
  if (file.known && stamp == file.stamp) return absl::OkStatus();
  ASSIGN_OR_RETURN(TextFile read, ReadSecretFile(path));
  file = {read.stamp, Secret(std::move(read.text)), true};
  return absl::OkStatus();
}

}  // namespace tailrace
