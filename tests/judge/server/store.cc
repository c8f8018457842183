#include "tests/judge/server/store.h"

#include "tests/judge/core/utf8.h"

namespace tailrace {
namespace {

const char* Name(LineKind kind) {
  switch (kind) {
    case LineKind::kGood:
      return "good";
    case LineKind::kFiller:
      return "filler";
    case LineKind::kForeignRun:
      return "foreign_run";
    case LineKind::kFragment:
      return "fragment";
    case LineKind::kCorrupt:
      break;
  }
  return "corrupt";
}

}  // namespace

Store::Put Store::Add(std::string_view index, std::string_view id, bool overwrite,
                      const DocumentVerdict& document) {
  if (id.empty()) {
    ++auto_ids_;
  } else if (!ids_.Insert(MakeIdKey(index, id))) {
    ++(overwrite ? overwrites_ : conflicts_);
    return overwrite ? Put::kOverwritten : Put::kConflict;
  }
  ++stored_;
  forged_ += document.forged;
  if (document.kind == LineKind::kGood) {
    lines_.AddDocument(document.line.file, document.line.seq);
  } else {
    CountStray(Name(document.kind), document.text);
  }
  return Put::kCreated;
}

bool Store::Contains(std::string_view index, std::string_view id) const {
  return ids_.Contains(MakeIdKey(index, id));
}

void Store::Refuse(const DocumentVerdict& document) {
  if (document.kind == LineKind::kGood) {
    lines_.MarkRefused(document.line.file, document.line.seq);
  }
}

void Store::CountCorrupt(std::string_view text, JsonVerdict json) {
  CountStray(json == JsonVerdict::kDuplicateKey ? "duplicate_key" : "invalid_json", text);
}

nlohmann::json Store::Summary() const {
  return {{"stored", stored_},       {"documents", lines_.documents()},
          {"lines", lines_.lines()}, {"refused_lines", lines_.refused_lines()},
          {"conflicts", conflicts_}, {"overwrites", overwrites_},
          {"auto_ids", auto_ids_},   {"forged", forged_},
          {"strays", stray_counts_}};
}

nlohmann::json Store::Strays() const {
  nlohmann::json strays = nlohmann::json::array();
  for (const auto& [hash, stray] : strays_) {
    strays.push_back({{"kind", stray.kind}, {"count", stray.count}, {"text", stray.text}});
  }
  return strays;
}

void Store::CountStray(const char* kind, std::string_view text) {
  ++stray_counts_[kind];
  const uint64_t hash = HashText(text);
  const auto found = strays_.find(hash);
  if (found != strays_.end()) {
    ++found->second.count;
  } else if (strays_.size() < kMaxStrayTexts) {
    strays_.emplace(hash, Stray{kind, 1, ShowText(text, kMaxStrayBytes)});
  }
}

}  // namespace tailrace
