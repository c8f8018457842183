// Runs the limit chain (bench/limit_chain.h) over one log of a pod and prints
//   {"records":N,"bytes":N,"wire_bytes":N,"documents":N,"hash":"..."}
// where the last two are of --hash alone. What the documents hold must be given as the agent's
// config has it.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/status.h"
#include "agent/base/unique_fd.h"
#include "agent/tail/head_key.h"
#include "agent/tail/stream_naming.h"
#include "bench/bulk_outlet.h"
#include "bench/kafka_outlet.h"
#include "bench/limit_chain.h"

namespace tailrace {
namespace {

constexpr size_t kReadBytes = size_t{256} << 10;

const std::map<std::string, KafkaCodec> kCodecs = {{"none", KafkaCodec::kNone},
                                                   {"gzip", KafkaCodec::kGzip},
                                                   {"lz4", KafkaCodec::kLz4},
                                                   {"zstd", KafkaCodec::kZstd}};

struct Settings {
  std::string path;  // <root>/<ns>_<pod>_<uid>/<container>/<n>.log
  std::string node;
  std::string id_key;
  std::string index;  // Empty: NDJSON, which is discarded.
  LimitChainOptions chain;
  BulkOutletOptions bulk;
  KafkaOutletOptions kafka;  // With a topic: to Kafka.
};

absl::StatusOr<DocumentTemplate> TemplateOf(const Settings& settings, int file) {
  std::vector<TailSourceOptions> sources(1);
  sources[0].kubernetes = true;
  const auto named = StreamNaming(sources).Name(SourceId(0), settings.path,
                                                [](const std::string&, uint64_t) { return false; });
  if (!named) return absl::InvalidArgumentError("--log is no log of a pod");
  std::string head(kHeadBytesMax, '\0');
  const ssize_t got = ::pread(file, head.data(), head.size(), 0);
  if (got < 0) return ErrnoStatus(errno, "read the log");
  head.resize(static_cast<size_t>(got));
  const StreamInfo& stream = named->info;
  const FileKey key =
      HeadKey(settings.id_key, "", settings.node).Make(stream.format, stream.pod, {}, HeadOf(head));
  const DocumentMetadata metadata{settings.node, ""};
  if (!settings.kafka.topic.empty()) {
    return DocumentTemplate::ForKafka(stream, key, metadata, "", settings.kafka.id_header);
  }
  if (settings.index.empty()) return DocumentTemplate::ForNdjson(stream, key, metadata);
  return DocumentTemplate::ForBulk(stream, key, metadata, settings.index, true);
}

// Reads `file` in blocks of whole lines; returns the bytes consumed.
absl::StatusOr<int64_t> ReadAll(int file, LimitChain& chain) {
  std::vector<char> buffer(LimitChain::kLineBytesMax + kReadBytes + JsonWalker::kReadBeyond);
  int64_t consumed = 0;
  size_t held = 0;  // Of a line whose end is still to be read.
  for (;;) {
    const ssize_t got =
        ::pread(file, buffer.data() + held, kReadBytes, consumed + static_cast<int64_t>(held));
    if (got < 0) return ErrnoStatus(errno, "read the log");
    if (got == 0) break;
    const std::string_view text(buffer.data(), held + static_cast<size_t>(got));
    const size_t whole = text.rfind('\n') + 1;
    if (text.size() - whole > LimitChain::kLineBytesMax) {
      return absl::UnimplementedError("a line is too long");
    }
    RETURN_IF_ERROR(chain.Consume(text.substr(0, whole), consumed));
    consumed += static_cast<int64_t>(whole);
    held = text.size() - whole;
    std::memmove(buffer.data(), buffer.data() + whole, held);
  }
  if (held > 0) return absl::UnimplementedError("the last line has no end");
  RETURN_IF_ERROR(chain.Finish());
  return consumed;
}

absl::Status Run(const Settings& settings) {
  const UniqueFd file(::open(settings.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return ErrnoStatus(errno, "open " + settings.path);
  ASSIGN_OR_RETURN(DocumentTemplate document, TemplateOf(settings, file.get()));
  std::unique_ptr<BatchOutlet> outlet = std::make_unique<BulkOutlet>(settings.bulk);
  if (!settings.kafka.topic.empty()) outlet = std::make_unique<KafkaOutlet>(settings.kafka);
  RETURN_IF_ERROR(outlet->Connect());
  LimitChain chain(settings.chain, std::move(document), *outlet);
  ASSIGN_OR_RETURN(const int64_t bytes, ReadAll(file.get(), chain));
  std::printf("{\"records\":%llu,\"bytes\":%lld,\"wire_bytes\":%llu",
              static_cast<unsigned long long>(chain.records()), static_cast<long long>(bytes),
              static_cast<unsigned long long>(outlet->wire_bytes()));
  if (settings.chain.hash) {
    std::printf(",\"documents\":%llu,\"hash\":\"%s\"",
                static_cast<unsigned long long>(chain.hash().documents()),
                chain.hash().Hex().c_str());
  }
  std::puts("}");
  return absl::OkStatus();
}

}  // namespace
}  // namespace tailrace

int main(int argc, char** argv) {
  tailrace::Settings settings;
  bool text = false;
  CLI::App app("The most that one core can do of the agent's work on one log.");
  app.add_option("--log", settings.path, "A log of a pod")->required();
  app.add_option("--node", settings.node, "agent.node_name")->required();
  app.add_option("--id-key", settings.id_key, "agent.id_key")->required();
  app.add_option("--index", settings.index, "Documents for _bulk, of this index; else NDJSON");
  app.add_option("--port", settings.bulk.port, "Send to 127.0.0.1; else discard");
  app.add_option("--topic", settings.kafka.topic, "Send to a broker there, partition 0 of this")
      ->needs("--port");
  app.add_option("--codec", settings.kafka.codec, "Of record batches")
      ->transform(CLI::CheckedTransformer(tailrace::kCodecs));
  app.add_flag("--id-header", settings.kafka.id_header, "Ids as headers; else in the documents");
  app.add_flag("--text", text, "Lines are text; else JSON");
  app.add_flag("--gzip", settings.bulk.gzip, "Compress the batches");
  app.add_flag("--hash", settings.chain.hash, "Hash the documents; slower");
  CLI11_PARSE(app, argc, argv);
  settings.chain.parse_json = !text;
  settings.kafka.port = settings.bulk.port;
  const absl::Status status = tailrace::Run(settings);
  if (status.ok()) return 0;
  std::fprintf(stderr, "limit_chain: %s\n", status.ToString().c_str());
  return 1;
}
