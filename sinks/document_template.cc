#include "sinks/document_template.h"

#include "agent/json/json_escape.h"
#include "sinks/record_id.h"

namespace tailrace {
namespace {

constexpr std::string_view kTimePlace = "0000-00-00T00:00:00.000000000Z";
constexpr std::string_view kIdPlace = "AAAAAAAAAAAA";

void AppendMember(std::string_view name, std::string_view value, std::string& out) {
  out += '"';
  AppendEscaped(name, out);
  out += "\":\"";
  AppendEscaped(value, out);
  out += '"';
}

// ECS, as Beats name them. https://www.elastic.co/guide/en/ecs/current/ and Metricbeat's
// kubernetes fields, where ECS has none.
void AppendKubernetes(const PodLabels& pod, const std::string& node, std::string& out) {
  out += R"("kubernetes":{)";
  AppendMember("namespace", pod.name_space, out);
  out += R"(,"pod":{)";
  AppendMember("name", pod.pod, out);
  out += ',';
  AppendMember("uid", pod.uid, out);
  out += R"(},"container":{)";
  AppendMember("name", pod.container, out);
  out += R"(,"restart_count":)" + std::to_string(pod.restart_count) + "}";
  if (!node.empty()) {
    out += R"(,"node":{)";
    AppendMember("name", node, out);
    out += '}';
  }
  out += "},";
}

}  // namespace

void DocumentTemplate::AppendDocument(const StreamInfo& stream, const DocumentMetadata& metadata) {
  document_at_ = text_.size();
  text_ += R"({"@timestamp":")";
  time_at_ = text_.size();
  text_ += kTimePlace;
  text_ += "\",";
  if (!stream.pod.empty()) {
    AppendKubernetes(stream.pod, metadata.node_name, text_);
  } else if (!metadata.node_name.empty()) {
    text_ += R"("host":{)";
    AppendMember("name", metadata.node_name, text_);
    text_ += "},";
  }
  if (!metadata.cluster_name.empty()) {
    text_ += R"("orchestrator":{"cluster":{)";
    AppendMember("name", metadata.cluster_name, text_);
    text_ += "}},";
  }
  if (!stream.labels.empty()) {
    text_ += R"("labels":{)";
    for (const auto& [name, value] : stream.labels) {
      if (text_.back() != '{') text_ += ',';
      AppendMember(name, value, text_);
    }
    text_ += "},";
  }
  text_ += R"("log":{"file":{)";
  AppendMember("path", stream.path, text_);
  text_ += "},";
  if (stream.format != FileFormat::kRaw) {
    text_ += R"("iostream":")";
    iostream_at_ = text_.size();
    text_ += R"(stdout",)";
  }
  text_ += R"("offset":)";
}

DocumentTemplate DocumentTemplate::ForNdjson(const StreamInfo& stream, const FileKey& key,
                                             const DocumentMetadata& metadata) {
  DocumentTemplate made;
  made.AppendDocument(stream, metadata);
  const auto key_text = RecordIdKeyText(key);
  made.event_id_key_.assign(key_text.data(), key_text.size());
  made.text_.shrink_to_fit();
  return made;
}

DocumentTemplate DocumentTemplate::ForBulk(const StreamInfo& stream, const FileKey& key,
                                           const DocumentMetadata& metadata, std::string_view index,
                                           bool with_id) {
  DocumentTemplate made;
  made.text_ = R"({"create":{)";
  AppendMember("_index", index, made.text_);
  if (with_id) {
    const auto key_text = RecordIdKeyText(key);
    made.text_ += R"(,"_id":")";
    made.text_.append(key_text.data(), key_text.size());
    made.id_position_at_ = made.text_.size();
    made.text_ += kIdPlace;
    made.text_ += '"';
  }
  made.text_ += "}}\n";
  made.AppendDocument(stream, metadata);
  made.text_.shrink_to_fit();
  return made;
}

DocumentTemplate DocumentTemplate::ForKafka(const StreamInfo& stream, const FileKey& key,
                                            const DocumentMetadata& metadata,
                                            std::string_view address, bool id_in_address) {
  DocumentTemplate made;
  made.text_ = address;
  const auto key_text = RecordIdKeyText(key);
  if (id_in_address) {
    made.text_.append(key_text.data(), key_text.size());
    made.id_position_at_ = made.text_.size();
    made.text_ += kIdPlace;
  } else {
    made.event_id_key_.assign(key_text.data(), key_text.size());
  }
  made.AppendDocument(stream, metadata);
  made.text_.shrink_to_fit();
  return made;
}

}  // namespace tailrace
