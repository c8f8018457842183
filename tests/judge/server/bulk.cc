#include "tests/judge/server/bulk.h"

#include <utility>

namespace tailrace {
namespace {

// Takes the text up to the next newline; false when there is none.
bool TakeLine(std::string_view* rest, std::string_view* line) {
  const size_t end = rest->find('\n');
  if (end == std::string_view::npos) return false;
  *line = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  if (line->ends_with('\r')) line->remove_suffix(1);
  return true;
}

BulkAnswer Refusal(std::string_view reason) {
  BulkAnswer answer{400, R"({"error":{"type":"illegal_argument_exception","reason":)"};
  AppendJsonString(reason, &answer.body);
  answer.body += R"(},"status":400})";
  return answer;
}

void AppendField(const char* name, std::string_view value, std::string* out) {
  if (out->back() != '{') out->push_back(',');
  out->push_back('"');
  out->append(name);
  out->append("\":");
  AppendJsonString(value, out);
}

void AppendRaw(std::string_view raw, std::string* out) {
  if (out->back() != '{') out->push_back(',');
  out->append(raw);
}

const char* ResultName(int status) {
  return status == 201 ? "created" : status == 200 ? "updated" : nullptr;
}

}  // namespace

BulkApplier::BulkApplier(std::string run, const Faults* faults, Dice* dice, Indices* indices,
                         Store* store)
    : faults_(faults), dice_(dice), indices_(indices), store_(store), reader_(std::move(run)) {}

BulkAnswer BulkApplier::Apply(std::string_view default_index, std::string_view body,
                              const AnswerFilter& filter) {
  if (!body.ends_with('\n'))
    return Refusal("The bulk request must be terminated by a newline [\\n]");
  const Shape create_shape = ShapeOf(filter, "create"), index_shape = ShapeOf(filter, "index");
  std::string items, index;
  std::string_view line, document;
  bool errors = false;
  Action action;
  while (TakeLine(&body, &line)) {
    if (line.empty()) continue;
    if (!ParseAction(line, default_index, &action) || !TakeLine(&body, &document)) {
      return Refusal("Malformed action/metadata line");
    }
    ++items_;
    const Verdict verdict = Judge(action, document, &index);
    errors = errors || verdict.error_type != nullptr;
    Render(action, index, verdict, action.create ? create_shape : index_shape, &items);
  }
  BulkAnswer answer{200, "{"};
  if (filter.Passes({"took"})) AppendRaw("\"took\":3", &answer.body);
  if (filter.Passes({"errors"})) {
    AppendRaw(errors ? "\"errors\":true" : "\"errors\":false", &answer.body);
  }
  if (!items.empty()) {
    AppendRaw("\"items\":[", &answer.body);
    answer.body += items;
    answer.body += ']';
  }
  answer.body += '}';
  return answer;
}

bool BulkApplier::ParseAction(std::string_view line, std::string_view default_index,
                              Action* action) {
  action->index = default_index;
  action->id.clear();
  bool known = false;
  const JsonVerdict verdict = CheckJson(line, [&](const JsonMember& member) {
    if (member.depth == 2 && member.key == "\"_index\"") UnquoteJson(member.value, &action->index);
    if (member.depth == 2 && member.key == "\"_id\"") UnquoteJson(member.value, &action->id);
    if (member.depth != 1) return;
    action->create = member.key == "\"create\"";
    known = action->create || member.key == "\"index\"";
  });
  return verdict == JsonVerdict::kGood && known && !action->index.empty();
}

BulkApplier::Verdict BulkApplier::Judge(const Action& action, std::string_view document,
                                        std::string* index) {
  *index = action.index;
  const DocumentVerdict read = reader_.Read(document);
  if (read.json != JsonVerdict::kGood) {
    store_->CountCorrupt(document, read.json);
    return {400, "document_parsing_exception", "failed to parse"};
  }
  if (!Indices::IsValidName(action.index)) {
    return {400, "invalid_index_name_exception", "Invalid index name"};
  }
  if (Indices::IsDataStream(action.index)) {
    if (!action.create) {
      return {400, "illegal_argument_exception",
              "only write ops with an op_type of create are allowed in data streams"};
    }
    if (!read.has_timestamp) {
      return {400, "document_parsing_exception",
              "data stream timestamp field [@timestamp] is missing"};
    }
  }
  Verdict verdict;
  if (DrawTransientFault(&verdict)) return verdict;
  // 2^64 as a double: the hash is compared as a fraction of its range.
  if (static_cast<double>(HashText(read.text)) < faults_->item_400 * 18446744073709551616.0) {
    store_->Refuse(read);
    return {400, "document_parsing_exception", "failed to parse field [n] of type [long]"};
  }
  *index = indices_->WriteIndex(action.index);
  const Store::Put put = store_->Add(*index, action.id, !action.create, read);
  const Verdict conflict = {409, "version_conflict_engine_exception", "document already exists"};
  if (put == Store::Put::kConflict) return conflict;
  if (put == Store::Put::kOverwritten) return {200, nullptr, ""};
  return dice_->Hits(faults_->conflict_after_store) ? conflict : Verdict{};
}

bool BulkApplier::DrawTransientFault(Verdict* verdict) {
  if (dice_->Hits(faults_->item_429)) {
    *verdict = {429, "es_rejected_execution_exception",
                "rejected execution of coordinating operation"};
  } else if (dice_->Hits(faults_->item_503)) {
    *verdict = {503, "unavailable_shards_exception", "primary shard is not active"};
  } else if (dice_->Hits(faults_->item_403)) {
    *verdict = {403, "cluster_block_exception",
                "index blocked by: [FORBIDDEN/12/disk usage exceeded]"};
  }
  return verdict->error_type != nullptr;
}

BulkApplier::Shape BulkApplier::ShapeOf(const AnswerFilter& filter, const char* operation) {
  const auto passes = [&](std::vector<std::string_view> below) {
    below.insert(below.begin(), {"items", operation});
    return filter.Passes(below);
  };
  return {passes({"_index"}), passes({"_id"}),           passes({"result"}),
          passes({"status"}), passes({"error", "type"}), passes({"error", "reason"}),
          passes({"_seq_no"})};
}

void BulkApplier::Render(const Action& action, std::string_view index, const Verdict& verdict,
                         const Shape& shape, std::string* out) {
  const size_t begin = out->size();
  if (begin > 0) out->push_back(',');
  out->append(action.create ? R"({"create":{)" : R"({"index":{)");
  const size_t head = out->size();
  if (shape.index) AppendField("_index", index, out);
  if (shape.id) AppendField("_id", action.id.empty() ? "auto" : action.id, out);
  const char* const result = ResultName(verdict.status);
  if (shape.result && result != nullptr) AppendField("result", result, out);
  if (shape.other && result != nullptr) AppendRaw(R"("_version":1,"_seq_no":0)", out);
  if (shape.status) AppendRaw("\"status\":" + std::to_string(verdict.status), out);
  if (verdict.error_type != nullptr && (shape.error_type || shape.error_reason)) {
    AppendRaw("\"error\":{", out);
    if (shape.error_type) AppendField("type", verdict.error_type, out);
    if (shape.error_reason) AppendField("reason", verdict.reason, out);
    out->push_back('}');
  }
  // An item of which nothing passes is left out, as Elasticsearch does: positions shift then.
  if (out->size() == head) {
    out->resize(begin);
  } else {
    out->append("}}");
  }
}

}  // namespace tailrace
