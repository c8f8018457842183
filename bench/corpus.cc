#include "bench/corpus.h"

#include <cstdarg>
#include <cstdio>
#include <ctime>

namespace tailrace {
namespace {

constexpr const char* kWords[] = {
    "request",   "completed", "user",     "session",   "cache",     "miss",       "hit",
    "database",  "query",     "timeout",  "retry",     "upstream",  "connection", "accepted",
    "closed",    "payment",   "order",    "checkout",  "inventory", "lookup",     "token",
    "validated", "refresh",   "queue",    "published", "consumer",  "offset",     "commit",
    "partition", "leader",    "election", "snapshot",  "flush",     "compaction", "segment",
    "written",   "gateway",   "handler",  "response",  "latency",   "threshold",  "exceeded",
    "worker",    "scheduled", "task",     "finished",  "failed",    "error",      "warning",
    "config",    "reloaded"};
constexpr unsigned kServices = 40;  // Services, users and paths are named by the first words.
constexpr const char* kLevels[] = {"info", "info", "info", "debug", "warn", "error"};
constexpr const char* kMethods[] = {"GET", "POST", "PUT", "DELETE"};
constexpr int kStatuses[] = {200, 200, 200, 201, 204, 301, 404, 500};
constexpr const char* kAgents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/124.0.0.0 Safari/537.36",
    "curl/7.88.1", "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
    "kube-probe/1.29"};

class CorpusWriter {
 public:
  std::string TakeText() { return std::move(text_); }
  size_t size() const { return text_.size(); }
  void Reserve(size_t bytes) { text_.reserve(bytes); }

  void Line(CorpusKind kind) {
    const bool cri = kind == CorpusKind::kCriJson || kind == CorpusKind::kCriNginx ||
                     kind == CorpusKind::kCriText;
    if (cri) {
      Timestamp();
      text_ += Below(5) != 0 ? " stdout F " : " stderr F ";
    }
    if (kind == CorpusKind::kJson || kind == CorpusKind::kCriJson) {
      Json();
    } else if (kind == CorpusKind::kNginx || kind == CorpusKind::kCriNginx) {
      Nginx();
    } else {
      Timestamp();
      text_ += " INFO ";
      Message(36);
    }
    text_ += '\n';
    ++line_;
  }

 private:
  // Marsaglia's xorshift: the same numbers on every machine.
  unsigned Below(unsigned limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<unsigned>(state_ % limit);
  }

  __attribute__((format(printf, 2, 3))) void Print(const char* format, ...) {
    char buffer[512];
    va_list arguments;
    va_start(arguments, format);
    const int size = std::vsnprintf(buffer, sizeof(buffer), format, arguments);
    va_end(arguments);
    text_.append(buffer, static_cast<size_t>(size));
  }

  const char* Word(unsigned of = std::size(kWords)) { return kWords[Below(of)]; }

  void Message(unsigned words) {
    for (unsigned i = 0; i < words; ++i) {
      if (i > 0) text_ += ' ';
      text_ += Word();
    }
  }

  void Hex(int digits) {
    for (int i = 0; i < digits; ++i) text_ += "0123456789abcdef"[Below(16)];
  }

  void Timestamp() {
    const uint64_t nanoseconds = line_ * 137000 + Below(100000);
    const time_t seconds = 1714550000 + static_cast<time_t>(nanoseconds / 1000000000);
    tm utc{};
    gmtime_r(&seconds, &utc);
    char buffer[32];
    text_.append(buffer, std::strftime(buffer, sizeof(buffer), "%Y-%m-%dT%H:%M:%S", &utc));
    Print(".%09uZ", static_cast<unsigned>(nanoseconds % 1000000000));
  }

  void Json() {
    text_ += "{\"ts\":\"";
    Timestamp();
    Print("\",\"level\":\"%s\"", kLevels[Below(std::size(kLevels))]);
    Print(",\"logger\":\"com.acme.%s.Service\",\"msg\":\"", Word(kServices));
    Message(6 + Below(6));
    if (Below(10) == 0) text_ += " \\\"quoted\\\" path=C:\\\\tmp\\n";
    text_ += "\",\"trace_id\":\"";
    Hex(32);
    text_ += "\",\"span_id\":\"";
    Hex(16);
    Print("\",\"user_id\":%u,\"latency_ms\":%.3f", Below(1000000), Below(1000000) / 1000.0);
    Print(",\"http\":{\"method\":\"%s\"", kMethods[Below(std::size(kMethods))]);
    Print(",\"path\":\"/api/v1/%s/", Word(kServices));
    Print("%u\",\"status\":%d}", Below(100000), kStatuses[Below(std::size(kStatuses))]);
    Print(",\"retry\":%s,\"bytes\":%u}", Below(2) != 0 ? "true" : "false", Below(100000));
  }

  void Nginx() {
    Print("%u.%u", Below(223) + 1, Below(256));
    Print(".%u.%u - ", Below(256), Below(256));
    text_ += Below(4) != 0 ? "-" : Word(kServices);
    Print(" [01/May/2024:%02u:%02u:%02u +0000] ", static_cast<unsigned>(line_ / 3600000 % 24),
          static_cast<unsigned>(line_ / 60000 % 60), static_cast<unsigned>(line_ / 1000 % 60));
    Print("\"%s /%s", kMethods[Below(std::size(kMethods))], Word(kServices));
    Print("/%s?id=%u&s=", Word(kServices), Below(100000));
    Hex(12);
    Print(" HTTP/1.1\" %d %u ", kStatuses[Below(std::size(kStatuses))], Below(200000));
    Print("\"https://www.example.com/%s\" ", Word(kServices));
    Print("\"%s\"", kAgents[Below(std::size(kAgents))]);
  }

  uint64_t state_ = 88172645463325252u;
  uint64_t line_ = 0;
  std::string text_;
};

}  // namespace

std::string MakeCorpus(CorpusKind kind, size_t size_bytes) {
  CorpusWriter writer;
  writer.Reserve(size_bytes + 2048 + kCorpusPadding);
  while (writer.size() < size_bytes) writer.Line(kind);
  std::string text = writer.TakeText();
  text.reserve(text.size() + kCorpusPadding);
  return text;
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace tailrace
