#include "tests/judge/server/elastic.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>

#include "tests/judge/server/inflate.h"

namespace tailrace {
namespace {

HttpAnswer JsonAnswer(const nlohmann::json& body) {
  HttpAnswer answer;
  answer.body = body.dump();
  return answer;
}

HttpAnswer ErrorAnswer(int status, const char* type, const std::string& reason) {
  HttpAnswer answer =
      JsonAnswer({{"error", {{"type", type}, {"reason", reason}}}, {"status", status}});
  answer.status = status;
  return answer;
}

HttpAnswer WholeAnswer(int status) {
  switch (status) {
    case 401:
      return ErrorAnswer(401, "security_exception",
                         "unable to authenticate with provided credentials");
    case 403:
      return ErrorAnswer(403, "security_exception",
                         "action [indices:data/write/bulk] is unauthorized");
    case 404:
      return ErrorAnswer(404, "index_not_found_exception", "no such index");
    case 429:
      return ErrorAnswer(429, "es_rejected_execution_exception", "rejected execution");
    case 502: {
      HttpAnswer answer;
      answer.status = 502;
      answer.content_type = "text/html";
      answer.body = "<html><head><title>502 Bad Gateway</title></head><body></body></html>";
      return answer;
    }
    default:
      return ErrorAnswer(status, "status_exception", "scripted answer");
  }
}

nlohmann::json Greeting() {
  return {{"name", "judge"},
          {"cluster_name", "judge"},
          {"cluster_uuid", "judge0judge0judge0jud"},
          {"version",
           {{"number", "8.15.0"},
            {"build_flavor", "default"},
            {"build_type", "tar"},
            {"lucene_version", "9.11.1"},
            {"minimum_wire_compatibility_version", "7.17.0"},
            {"minimum_index_compatibility_version", "7.0.0"}}},
          {"tagline", "You Know, for Search"}};
}

// "/a/_bulk" with suffix "/_bulk" gives "a"; "/_bulk" gives "".
bool IndexBefore(std::string_view path, std::string_view suffix, std::string* index) {
  if (!path.ends_with(suffix)) return false;
  path.remove_suffix(suffix.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  *index = path;
  return path.find('/') == std::string_view::npos;
}

std::string Query(const HttpRequest& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

std::string Header(const HttpRequest& request, const char* name) {
  const auto found = request.header.find(name);
  return found == request.header.end() ? std::string() : found->second;
}

}  // namespace

Elastic::Elastic(std::string run, uint64_t seed, const Faults& faults)
    : faults_(faults), dice_(seed), bulk_(std::move(run), &faults_, &dice_, &indices_, &store_) {}

HttpAnswer Elastic::Handle(HttpRequest* request) {
  const std::string& path = request->path;
  if (path == "/_control" || path.starts_with("/_judge/")) return Control(*request);
  wire_bytes_ += request->body.size();
  HttpAnswer answer;
  if (faults_.black_hole) {
    answer.fate = HttpFate::kNever;
    ++fates_["never answered"];
    return answer;
  }
  if (RefuseWhole(*request, &answer)) return answer;
  if (!InflateBody(request, &answer)) return answer;
  return Route(request);
}

HttpAnswer Elastic::Route(HttpRequest* request) {
  std::string index;
  if (request->path == "/") return JsonAnswer(Greeting());
  if (IndexBefore(request->path, "/_bulk", &index)) return Bulk(index, request);
  if (IndexBefore(request->path, "/_mget", &index)) return MultiGet(index, *request);
  constexpr std::string_view kDataStream = "/_data_stream/";
  if (request->path.starts_with(kDataStream)) {
    return DataStream(request->path.substr(kDataStream.size()));
  }
  return ErrorAnswer(404, "resource_not_found_exception", "no handler for " + request->path);
}

HttpAnswer Elastic::Control(const HttpRequest& request) {
  constexpr std::string_view kFile = "/_judge/file/";
  std::string error;
  if (request.path == "/_control") {
    if (faults_.Update(request.body, &error)) return JsonAnswer({{"acknowledged", true}});
    return ErrorAnswer(400, "illegal_argument_exception", error);
  }
  if (request.path == "/_judge/summary") return JsonAnswer(Summary());
  if (request.path == "/_judge/strays") return JsonAnswer(store_.Strays());
  if (request.path.starts_with(kFile)) return FileCounts(request.path.substr(kFile.size()));
  if (request.path == "/_judge/rollover") {
    indices_.RollOver();
    return JsonAnswer({{"acknowledged", true}});
  }
  return ErrorAnswer(404, "resource_not_found_exception", "no such control");
}

bool Elastic::RefuseWhole(const HttpRequest& request, HttpAnswer* answer) {
  if (!faults_.authorization.empty() && Header(request, "authorization") != faults_.authorization) {
    *answer = WholeAnswer(401);
  } else if (faults_.whole_status != 0 && dice_.Hits(faults_.whole_probability)) {
    *answer = WholeAnswer(static_cast<int>(faults_.whole_status));
  } else {
    return false;
  }
  ++fates_["answered " + std::to_string(answer->status)];
  return true;
}

bool Elastic::InflateBody(HttpRequest* request, HttpAnswer* answer) {
  const std::string encoding = Header(*request, "content-encoding");
  if (encoding == "gzip") {
    const InflateResult result = Inflate(request->body, kMaxInflatedBytes, &scratch_);
    if (result != InflateResult::kGood) {
      *answer = result == InflateResult::kTooLarge
                    ? WholeAnswer(413)
                    : ErrorAnswer(400, "zip_exception", "invalid gzip body");
      ++fates_["bad gzip"];
      return false;
    }
    // The larger capacity stays with the scratch buffer, whose growth would else be paid at each
    // request.
    request->body.assign(scratch_);
  } else if (!encoding.empty() && encoding != "identity") {
    *answer = ErrorAnswer(415, "content_encoding", encoding);
    return false;
  }
  inflated_bytes_ += request->body.size();
  return true;
}

HttpAnswer Elastic::Bulk(std::string_view index, HttpRequest* request) {
  ++bulks_;
  max_body_bytes_ = std::max<uint64_t>(max_body_bytes_, request->body.size());
  const auto limit = static_cast<uint64_t>(faults_.max_content_length);
  if (limit != 0 && request->body.size() > limit) {
    ++fates_["answered 413"];
    return WholeAnswer(413);
  }
  HttpAnswer answer;
  if (dice_.Hits(faults_.reset_before_apply)) {
    ++fates_["reset before storing"];
    answer.fate = HttpFate::kReset;
    return answer;
  }
  answer = ApplyBulk(index, *request);
  answer.delay_ms = faults_.answer_delay_ms;
  if (dice_.Hits(faults_.reset_after_apply)) {
    ++fates_["reset after storing"];
    answer.fate = HttpFate::kReset;
  } else if (dice_.Hits(faults_.truncate_answer)) {
    ++fates_["answer truncated"];
    answer.fate = HttpFate::kTruncate;
  }
  if (answer.fate != HttpFate::kAnswer) RollOverWhenAmbiguous();
  return answer;
}

// More than one roll-over between an attempt and its retry is not to be seen in a cluster.
void Elastic::RollOverWhenAmbiguous() {
  const std::chrono::milliseconds pause(faults_.roll_over_when_ambiguous_ms);
  const auto now = std::chrono::steady_clock::now();
  if (pause.count() == 0 || now - rolled_over_at_ < pause) return;
  indices_.RollOver();
  rolled_over_at_ = now;
}

HttpAnswer Elastic::ApplyBulk(std::string_view index, const HttpRequest& request) {
  const AnswerFilter filter(Query(request, "filter_path"));
  BulkAnswer applied = bulk_.Apply(index, request.body, filter);
  HttpAnswer answer;
  answer.status = applied.status;
  answer.body = std::move(applied.body);
  if (answer.status != 200) ++fates_["answered " + std::to_string(answer.status)];
  return answer;
}

HttpAnswer Elastic::MultiGet(std::string_view index, const HttpRequest& request) {
  const nlohmann::json asked = nlohmann::json::parse(request.body, nullptr, false);
  nlohmann::json docs = nlohmann::json::array();
  if (!asked.is_object()) return ErrorAnswer(400, "parse_exception", "request body is required");
  for (const auto& id : asked.value("ids", nlohmann::json::array())) {
    if (id.is_string()) docs.push_back(GetOne(std::string(index), id));
  }
  for (const auto& doc : asked.value("docs", nlohmann::json::array())) {
    if (!doc.is_object() || !doc.value("_id", nlohmann::json()).is_string()) {
      return ErrorAnswer(400, "action_request_validation_exception", "id is missing");
    }
    docs.push_back(GetOne(doc.value("_index", std::string(index)), doc["_id"]));
  }
  ++fates_["multi-get"];
  return JsonAnswer(AnswerFilter(Query(request, "filter_path")).Apply({{"docs", docs}}));
}

// A data stream's own name cannot be asked for a document, only its backing indices can.
nlohmann::json Elastic::GetOne(const std::string& index, const std::string& id) const {
  if (!indices_.Exists(index)) {
    return {{"_index", index},
            {"_id", id},
            {"error", {{"type", "index_not_found_exception"}, {"reason", "no such index"}}}};
  }
  if (!store_.Contains(index, id)) return {{"_index", index}, {"_id", id}, {"found", false}};
  return {{"_index", index},
          {"_id", id},
          {"_version", 1},
          {"_seq_no", 0},
          {"_primary_term", 1},
          {"found", true},
          {"_source", nlohmann::json::object()}};
}

HttpAnswer Elastic::DataStream(const std::string& name) const {
  const std::vector<std::string> backing = indices_.BackingIndices(name);
  if (backing.empty()) return WholeAnswer(404);
  nlohmann::json indices = nlohmann::json::array();
  for (const std::string& index : backing) indices.push_back({{"index_name", index}});
  return JsonAnswer({{"data_streams",
                      {{{"name", name},
                        {"timestamp_field", {{"name", "@timestamp"}}},
                        {"indices", indices},
                        {"generation", backing.size()},
                        {"status", "GREEN"}}}}});
}

HttpAnswer Elastic::FileCounts(std::string_view name) const {
  uint64_t file = 0;
  if (!ParseFileName(name, &file))
    return ErrorAnswer(400, "illegal_argument_exception", "no file name");
  return JsonAnswer({{"lines", store_.lines().LinesOf(file)}});
}

nlohmann::json Elastic::Summary() const {
  nlohmann::json summary = store_.Summary();
  summary["bulks"] = bulks_;
  summary["items"] = bulk_.items();
  summary["wire_bytes"] = wire_bytes_;
  summary["inflated_bytes"] = inflated_bytes_;
  summary["max_body_bytes"] = max_body_bytes_;
  summary["fates"] = fates_;
  return summary;
}

bool Elastic::Dump(const std::string& path) const {
  std::ofstream out(path + ".json");
  out << nlohmann::json{{"summary", Summary()}, {"strays", store_.Strays()}}.dump() << '\n';
  return out.flush().good() && store_.lines().Dump(path);
}

}  // namespace tailrace
