#include "tests/judge/core/records.h"

#include <fstream>

#include "tests/judge/core/document.h"
#include "tests/judge/core/json_check.h"
#include "tests/judge/core/line.h"

namespace tailrace {
namespace {

template <typename Take>
bool ForEachRecord(const std::string& path, const Take& take) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return false;
  std::string record;
  while (std::getline(in, record)) {
    if (!record.empty()) take(record);
  }
  return true;
}

}  // namespace

bool LoadDocuments(const std::string& path, std::string_view run, RecordCounts* counts) {
  DocumentReader reader{std::string(run)};
  return ForEachRecord(path, [&](const std::string& record) {
    ++counts->records;
    const DocumentVerdict verdict = reader.Read(record);
    const bool sound = verdict.json == JsonVerdict::kGood;
    if (sound && verdict.kind == LineKind::kGood) {
      counts->lines.AddDocument(verdict.line.file, verdict.line.seq);
    } else if (sound && verdict.kind == LineKind::kFiller) {
      ++counts->fillers;
    } else {
      ++counts->corrupt;
    }
  });
}

bool LoadDeadLetters(const std::string& path, std::string_view run, RecordCounts* counts) {
  return ForEachRecord(path, [&](const std::string& record) {
    ++counts->records;
    LineRef line;
    if (CheckJson(record, JsonVisitor()) != JsonVerdict::kGood ||
        FindLineHead(run, record, 0, &line) == std::string_view::npos) {
      ++counts->corrupt;
      return;
    }
    counts->lines.AddDocument(line.file, line.seq);
  });
}

}  // namespace tailrace
