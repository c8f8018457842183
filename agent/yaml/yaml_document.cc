#include "agent/yaml/yaml_document.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <string_view>
#include <utility>

#include "agent/base/strings.h"
#include "agent/yaml/tree_builder.h"

namespace tailrace {
namespace {

struct Wording {
  std::string_view theirs;
  std::string_view ours;
};

// What yaml-cpp says, in words that tell what to look for.
constexpr Wording kWordings[] = {
    {"illegal map value",
     "a \":\" cannot stand here; is the indentation right, or does a value need quotes?"},
    {"illegal map key", "a key cannot stand here; is the indentation right?"},
    {"illegal block entry", "a \"- \" cannot stand here; is the indentation right?"},
    {"end of map not found",
     "this does not fit what is above; is the indentation right, or does a value need quotes?"},
    {"end of sequence not found", "expected \"- \"; is the indentation right?"},
    {"end of map flow not found", "expected \",\" or \"}\" here"},
    {"end of sequence flow not found", "expected \",\" or \"]\" here"},
    {"illegal flow end", "this bracket was never opened"},
    {"unknown token", "a value that begins like this needs quotes"},
    {"illegal EOF in scalar", "the file ends inside of a quoted value"},
    {"illegal tab when looking for indentation", "a tab; YAML is indented with spaces"},
    {"the referenced anchor is not defined", "this alias has no anchor"},
};

std::string_view WordingOf(std::string_view message) {
  for (const Wording& wording : kWordings) {
    if (message.starts_with(wording.theirs)) return wording.ours;
  }
  return message;
}

// A tab in the indentation of the line is what most syntax errors that are reported there mean.
bool IsIndentedWithTab(std::string_view line) {
  const size_t text = line.find_first_not_of(" \t");
  return line.substr(0, std::min(text, line.size())).find('\t') != std::string_view::npos;
}

size_t FirstControlByte(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) return i;
  }
  return std::string_view::npos;
}

bool CheckText(const SourceText& source, Diagnostics& diagnostics) {
  if (source.text().size() > YamlDocument::kMaxBytes) {
    diagnostics.ErrorInFile(source.name(), {"the file is larger than 4 MiB"});
    return false;
  }
  if (const size_t at = FirstInvalidUtf8(source.text()); at != std::string_view::npos) {
    diagnostics.Error({&source, at}, {"this byte is not UTF-8"});
    return false;
  }
  if (const size_t at = FirstControlByte(source.text()); at != std::string_view::npos) {
    diagnostics.Error({&source, at}, {"a control character; YAML is text"});
    return false;
  }
  return true;
}

void ReportSyntaxError(const SourceText& source, const YAML::ParserException& error,
                       Diagnostics& diagnostics) {
  const size_t at = error.mark.pos < 0 ? 0 : static_cast<size_t>(error.mark.pos);
  const std::string_view line = source.LineAt(at);
  if (IsIndentedWithTab(line)) {
    const size_t start = at - source.OffsetInLine(at);
    diagnostics.Error({&source, start + line.find('\t')}, {"a tab; YAML is indented with spaces"});
    return;
  }
  diagnostics.Error({&source, at}, {"invalid YAML: ", WordingOf(error.msg)});
}

}  // namespace

YamlDocument::YamlDocument(std::string name, std::string text)
    : source_(std::move(name), std::move(text)) {}

std::unique_ptr<YamlDocument> YamlDocument::Parse(std::string name, std::string text,
                                                  Diagnostics& diagnostics) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (std::string_view(text).starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  std::unique_ptr<YamlDocument> document(new YamlDocument(std::move(name), std::move(text)));
  const SourceText& source = document->source_;
  if (!CheckText(source, diagnostics)) return nullptr;
  TreeBuilder builder(source, document->nodes_, diagnostics);
  try {
    std::istringstream stream{std::string(source.text())};
    YAML::Parser parser(stream);
    bool more = parser.HandleNextDocument(builder);
    builder.set_first_document_done();
    while (more && !builder.gave_up()) more = parser.HandleNextDocument(builder);
  } catch (const YAML::ParserException& error) {
    if (!builder.gave_up()) ReportSyntaxError(source, error, diagnostics);
    return nullptr;
  } catch (const std::exception& error) {
    diagnostics.ErrorInFile(source.name(), {"invalid YAML: ", error.what()});
    return nullptr;
  }
  if (builder.gave_up()) return nullptr;
  document->root_ = builder.root();
  if (document->root_ == nullptr) {
    document->root_ = &document->nodes_.emplace_back(YamlNode::Kind::kNull, Place{&source, 0});
  }
  return document;
}

}  // namespace tailrace
