#include "agent/cli/explanation.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "agent/base/strings.h"
#include "agent/json/json_writer.h"

namespace tailrace {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kReset = "\x1b[0m";

std::string DestinationOf(const Config& config, const SinkReport& report) {
  if (report.dead_letter) return "dead_letters";
  if (!report.destination.empty()) return report.destination;
  const SinkConfig& sink = config.sinks[report.sink.value()];
  switch (sink.type) {
    case SinkType::kFile:
      return sink.file.path;
    case SinkType::kStdout:
      return "stdout";
    default:
      return "";
  }
}

const std::string& NameOf(const Config& config, SinkId sink) {
  return config.sinks[sink.value()].plan.options.name;
}

std::string RenderNanos(int64_t nanos) {
  char text[32];
  if (nanos < 1000) {
    std::snprintf(text, sizeof(text), "%5ld ns", static_cast<long>(nanos));
  } else {
    std::snprintf(text, sizeof(text), "%5.1f us", static_cast<double>(nanos) / 1000);
  }
  return text;
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += Concat({text.empty() ? "" : ", ", name});
  return text;
}

// Writes one record, which several pipelines may have taken, as JSON.
class JsonExplanation {
 public:
  JsonExplanation(const Config& config, std::string& out) : config_(config), out_(out) {}

  void Write(const RehearsedRecord* begin, const RehearsedRecord* end) {
    JsonWriter json(&out_);
    json.BeginObject().Key("line").Uint(begin->line).Key("stages").BeginArray();
    for (const RehearsedRecord* record = begin; record != end; ++record) {
      for (const StageReport& stage : record->stages) WriteStage(json, stage);
    }
    json.EndArray().Key("document");
    WriteDocument(json, begin, end);
    json.Key("sinks").BeginArray();
    for (const RehearsedRecord* record = begin; record != end; ++record) {
      for (const SinkReport& sink : record->sinks) {
        json.BeginObject().Key("sink").String(NameOf(config_, sink.sink));
        json.Key("destination").String(DestinationOf(config_, sink)).EndObject();
      }
    }
    json.EndArray().EndObject();
    out_ += '\n';
  }

 private:
  static void WriteStage(JsonWriter& json, const StageReport& stage) {
    json.BeginObject().Key("stage").String(stage.stage).Key("applied").Bool(stage.applied);
    json.Key("why").String(stage.why).Key("changed").BeginArray();
    for (const std::string& name : stage.changed) json.String(name);
    json.EndArray().Key("ns").Int(stage.nanos).EndObject();
  }
  static void WriteDocument(JsonWriter& json, const RehearsedRecord* begin,
                            const RehearsedRecord* end) {
    const RehearsedRecord* sent =
        std::find_if(begin, end, [](const RehearsedRecord& r) { return !r.sinks.empty(); });
    if (sent == end) {
      json.Null();
    } else {
      json.Raw(sent->sinks.front().document);
    }
  }

  const Config& config_;
  std::string& out_;
};

// Writes one record's way through one pipeline for people.
class TextExplanation {
 public:
  TextExplanation(const Config& config, bool colour, std::string& out)
      : config_(config), colour_(colour), out_(out) {}

  void Write(const RehearsedRecord& record) {
    out_ += Paint(kBold, Concat({"line ", std::to_string(record.line)}));
    if (record.pipeline.empty()) {
      out_ += "  no pipeline takes this stream\n\n";
      return;
    }
    out_ += Concat({"  pipeline ", record.pipeline, record.summary ? "  (summary)\n" : "\n"});
    size_t width = 0;
    for (const StageReport& stage : record.stages) width = std::max(width, stage.stage.size());
    for (const StageReport& stage : record.stages) WriteStage(stage, width);
    for (const SinkReport& sink : record.sinks) {
      const std::string destination = DestinationOf(config_, sink);
      out_ +=
          Concat({"  -> ", Paint(kBold, NameOf(config_, sink.sink)),
                  destination.empty() ? "" : "  ", destination, "\n     ", sink.document, "\n"});
    }
    if (record.sinks.empty()) out_ += Concat({"  -> nowhere: ended by ", record.ended_by, "\n"});
    out_ += '\n';
  }

 private:
  std::string Paint(std::string_view colour, std::string_view text) const {
    return colour_ ? Concat({colour, text, kReset}) : std::string(text);
  }
  void WriteStage(const StageReport& stage, size_t width) {
    const std::string name = stage.stage + std::string(width - stage.stage.size(), ' ');
    if (!stage.applied) {
      out_ += Paint(kDim, Concat({"   . ", name, "            ", stage.why})) + "\n";
      return;
    }
    const bool plain = stage.why.empty();
    const std::string mark = plain                    ? Paint(kGreen, "+")
                             : stage.why == kNoChange ? Paint(kDim, "=")
                                                      : Paint(kYellow, "!");
    out_ +=
        Concat({"   ", mark, " ", name, "  ", Paint(kDim, RenderNanos(stage.nanos)), "  ",
                stage.why, plain || stage.changed.empty() ? "" : "; ", Join(stage.changed), "\n"});
  }

  const Config& config_;
  const bool colour_;
  std::string& out_;
};

}  // namespace

std::string RenderExplanation(const Config& config, const std::vector<RehearsedRecord>& records,
                              ExplanationStyle style) {
  std::string out;
  if (style != ExplanationStyle::kJson) {
    TextExplanation text(config, style == ExplanationStyle::kColour, out);
    for (const RehearsedRecord& record : records) text.Write(record);
    return out;
  }
  JsonExplanation json(config, out);
  for (size_t begin = 0; begin < records.size();) {
    size_t end = begin + 1;
    while (end < records.size() && records[end].record == records[begin].record) ++end;
    json.Write(&records[begin], records.data() + end);
    begin = end;
  }
  return out;
}

}  // namespace tailrace
