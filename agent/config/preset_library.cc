#include "agent/config/preset_library.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/base/text_file.h"
#include "agent/config/preset_section.h"
#include "parsers/patterns/embedded_files.h"

namespace tailrace {
namespace {

constexpr size_t kMaxFiles = 200;
constexpr int64_t kMaxFileBytes = 256 << 10;
constexpr std::string_view kEmbeddedFolder = "conf/parsers/";
constexpr std::string_view kEnding = ".yaml";

// "nginx_access" of "/etc/tailrace/parsers/nginx_access.yaml".
std::string_view NameOf(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return path.substr(0, path.size() - kEnding.size());
}

}  // namespace

PresetLibrary::PresetLibrary() {
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (!file.path.starts_with(kEmbeddedFolder)) continue;
    Add(std::string(NameOf(file.path)), std::string(file.path), std::string(file.text));
  }
}

absl::Status PresetLibrary::AddFolder(const std::string& folder) {
  const std::string parsers = Concat({folder, "/parsers"});
  std::error_code error;
  if (!std::filesystem::is_directory(parsers, error)) return absl::OkStatus();
  std::vector<std::string> paths;
  std::filesystem::directory_iterator entry(parsers, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(kEnding) && !name.starts_with('.')) {
      paths.push_back(Concat({parsers, "/", name}));
    }
  }
  if (error) return ErrnoStatus(error.value(), Concat({"list ", parsers}));
  if (paths.size() > kMaxFiles) {
    return absl::OutOfRangeError(Concat({"more than 200 presets in the folder ", parsers}));
  }
  for (const std::string& path : paths) {
    absl::StatusOr<TextFile> file = ReadTextFile(path, kMaxFileBytes);
    if (!file.ok()) return file.status();
    Add(std::string(NameOf(path)), path, std::move(file->text));
  }
  return absl::OkStatus();
}

void PresetLibrary::Add(std::string name, std::string file, std::string text) {
  Entry& entry = presets_[std::move(name)];
  entry = Entry{};
  entry.file = std::move(file);
  entry.text = std::move(text);
}

std::vector<std::string_view> PresetLibrary::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, entry] : presets_) names.push_back(name);
  return names;
}

const YamlDocument* PresetLibrary::Read(LoadContext& context, Entry& entry) {
  if (entry.document == nullptr) {
    entry.document = YamlDocument::Parse(entry.file, entry.text, context.diagnostics);
  }
  return entry.document.get();
}

std::shared_ptr<const PresetSpec> PresetLibrary::Find(LoadContext& context, std::string_view name) {
  const auto found = presets_.find(name);
  CHECK(found != presets_.end());
  Entry& entry = found->second;
  if (entry.state == State::kLoading) {
    context.diagnostics.ErrorInFile(entry.file, {"the preset ", Quoted(name), " uses itself"});
    return nullptr;
  }
  if (entry.state != State::kUnread) return entry.spec;
  // Of a built-in preset this names no file that there is, which a watch does not mind.
  if (context.environment.refers_to) context.environment.refers_to(entry.file);
  entry.state = State::kLoading;
  const YamlDocument* document = Read(context, entry);
  if (document != nullptr) entry.spec = LoadPreset(context, *this, name, document->root());
  entry.state = entry.spec == nullptr ? State::kFailed : State::kLoaded;
  return entry.spec;
}

std::vector<PresetTest> PresetLibrary::Tests(LoadContext& context, std::string_view name) {
  const auto found = presets_.find(name);
  CHECK(found != presets_.end());
  const YamlDocument* document = Read(context, found->second);
  if (document == nullptr) return {};
  return LoadPresetTests(context, name, document->root());
}

}  // namespace tailrace
