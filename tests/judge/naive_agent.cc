// judge_naive_agent [--bug=ack_before_answer|ignore_item_429|no_stable_ids|off_by_one] run -c FILE
// The simplest agent that loses nothing, and four that do, to try the judge on. It reads the whole
// tree again and again
// (`.gz` as well: zlib reads both), one request at a time, and keeps its offsets in a text file. Of
// the config it takes what stands after `root:`, `include:` (the folder), `state_dir:` and
// `http://`.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/judge/core/json_check.h"
#include "tests/judge/core/line.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;

constexpr size_t kReadBytes = 256 << 10;
constexpr auto kPause = std::chrono::milliseconds(5);

volatile sig_atomic_t stopped = 0;

struct Config {
  std::string root, raw_root, state, host;
  int port = 0;
  std::string bug;
};

// The word after `key`, which may be quoted.
std::string WordAfter(const std::string& text, const std::string& key) {
  size_t begin = text.find(key);
  if (begin == std::string::npos) return "";
  begin = text.find_first_not_of(" [\"", begin + key.size());
  return text.substr(begin, text.find_first_of(" \",}]\n", begin) - begin);
}

bool ReadConfig(const std::string& path, Config* config) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  config->root = WordAfter(text.str(), "root:");
  config->state = WordAfter(text.str(), "state_dir:");
  config->raw_root = fs::path(WordAfter(text.str(), "include:")).parent_path();
  const std::string endpoint = WordAfter(text.str(), "http://");
  config->host = endpoint.substr(0, endpoint.find(':'));
  config->port = std::atoi(endpoint.substr(endpoint.find(':') + 1).c_str());
  return !config->root.empty() && !config->state.empty() && config->port > 0;
}

// One connection, one request at a time.
class BulkClient {
 public:
  BulkClient(std::string host, int port) : host_(std::move(host)), port_(port) {}

  // The items' statuses; empty when there was no proper answer.
  std::vector<int> Post(const std::string& body) {
    const std::string head =
        "POST /_bulk?filter_path=items.*.status HTTP/1.1\r\nHost: " + host_ +
        "\r\nContent-Type: application/x-ndjson\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n";
    std::string answer;
    if (!Connect() || !SendAll(head) || !SendAll(body) || !Receive(&answer)) {
      Drop();
      return {};
    }
    std::vector<int> statuses;
    if (!answer.starts_with("HTTP/1.1 200")) return statuses;
    constexpr std::string_view kStatus = "\"status\":";
    for (size_t at = answer.find(kStatus); at != std::string::npos; at = answer.find(kStatus, at)) {
      at += kStatus.size();
      statuses.push_back(std::atoi(answer.c_str() + at));
    }
    return statuses;
  }

 private:
  bool Connect() {
    if (fd_ >= 0) return true;
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port_));
    inet_pton(AF_INET, host_.c_str(), &address.sin_addr);
    const timeval patience = {5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  void Drop() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  bool SendAll(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  bool Receive(std::string* answer) {
    char buffer[16 << 10];
    while (true) {
      const size_t head = answer->find("\r\n\r\n");
      if (head != std::string::npos) {
        const size_t length = answer->find("Content-Length: ");
        if (length > head) return false;
        const size_t whole = head + 4 + std::strtoull(answer->c_str() + length + 16, nullptr, 10);
        if (answer->size() >= whole) return true;
      }
      const ssize_t bytes = ::recv(fd_, buffer, sizeof buffer, 0);
      if (bytes <= 0) return false;
      answer->append(buffer, static_cast<size_t>(bytes));
    }
  }

  const std::string host_;
  const int port_;
  int fd_ = -1;
};

// The complete lines of a piece of a CRI file, and up to where they may be forgotten.
struct Frame {
  std::vector<std::string> documents;  // action and document, two lines each
  uint64_t end = 0;
};

class Agent {
 public:
  explicit Agent(const Config& config)
      : config_(config), client_(config.host, config.port), state_(config.state + "/naive.txt") {
    fs::create_directories(config.state);
    std::ifstream in(state_);
    for (uint64_t key = 0, offset = 0; in >> key >> offset;) offsets_[key] = offset;
  }

  void Run() {
    while (stopped == 0) {
      ReadTree(config_.root, false);
      if (!config_.raw_root.empty()) ReadTree(config_.raw_root, true);
      std::this_thread::sleep_for(kPause);
    }
  }

 private:
  void ReadTree(const std::string& root, bool raw) {
    raw_ = raw;
    std::error_code error;
    for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
         at.increment(error)) {
      const std::string name = at->path().filename();
      if (name.find(".log") != std::string::npos && !name.ends_with(".tmp")) ReadFile(at->path());
    }
  }

  void ReadFile(const std::string& path) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) return;
    const auto identity = std::make_tuple(status.st_ino, status.st_size, status.st_mtim.tv_nsec);
    if (done_[path] == identity) return;
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return;
    char first[4096];
    if (gzgets(file, first, sizeof first) != nullptr) {
      const uint64_t key = HashText(first);
      while (stopped == 0 && ReadPiece(file, key)) {
      }
      done_[path] = identity;
    }
    gzclose(file);
  }

  // False when there is nothing new in the file.
  bool ReadPiece(gzFile file, uint64_t key) {
    uint64_t& offset = offsets_[key];
    piece_.resize(kReadBytes);
    if (gzseek(file, static_cast<z_off_t>(offset), SEEK_SET) < 0) return false;
    const int bytes = gzread(file, piece_.data(), static_cast<unsigned>(piece_.size()));
    if (bytes <= 0) return false;
    piece_.resize(static_cast<size_t>(bytes));
    const Frame frame = FrameLines(key, offset);
    if (frame.end == offset) return false;
    const uint64_t next = frame.end + (config_.bug == "off_by_one" ? 1 : 0);
    if (config_.bug == "ack_before_answer") {
      offset = next;
      SaveState();
    }
    Deliver(frame.documents);
    offset = next;
    SaveState();
    return true;
  }

  Frame FrameLines(uint64_t key, uint64_t offset) {
    Frame frame;
    std::string partial;
    uint64_t partial_offset = 0;
    bool open = false;
    frame.end = offset;
    for (size_t begin = 0, end = 0; (end = piece_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      const std::string_view line = std::string_view(piece_).substr(begin, end - begin);
      if (raw_) {
        Add("2026-01-01T00:00:00Z", line, key, offset + begin, &frame);
        frame.end = offset + end + 1;
        continue;
      }
      // "2026-11-23T14:52:13.719812865Z stdout F text"
      if (line.size() < 40 || line[4] != '-' || line[10] != 'T') continue;
      const std::string_view stream = line.substr(31, 6), text = line.substr(40);
      if (line[39] != ' ') continue;
      if (line[38] == 'P' || (open && stream == "stdout")) {
        if (!open) partial_offset = offset + begin;
        open = line[38] == 'P';
        partial += text;
        if (!open) Add(line.substr(0, 30), partial, key, partial_offset, &frame);
        if (!open) partial.clear();
      } else {
        Add(line.substr(0, 30), text, key, offset + begin, &frame);
      }
      frame.end = open ? partial_offset : offset + end + 1;
    }
    return frame;
  }

  void Add(std::string_view time, std::string_view text, uint64_t key, uint64_t offset,
           Frame* frame) {
    std::string document = R"({"create":{"_index":"logs-naive-default")";
    if (config_.bug != "no_stable_ids") {
      document += R"(,"_id":")" + FileName(key) + FileName(offset) + '"';
    }
    document += "}}\n{\"@timestamp\":\"" + std::string(time) + "\",";
    if (text.starts_with("{\"")) {
      document += text.substr(1);
    } else {
      document += "\"message\":";
      AppendJsonString(text, &document);
      document += '}';
    }
    document += '\n';
    frame->documents.push_back(std::move(document));
  }

  // Until the server has said yes to every one.
  void Deliver(std::vector<std::string> documents) {
    while (!documents.empty()) {
      std::string body;
      for (const std::string& document : documents) body += document;
      const std::vector<int> statuses = client_.Post(body);
      std::vector<std::string> again;
      for (size_t i = 0; i < documents.size(); ++i) {
        const int status = statuses.size() == documents.size() ? statuses[i] : 0;
        const bool good =
            status == 201 || status == 409 || (status != 0 && config_.bug == "ignore_item_429");
        if (!good) again.push_back(std::move(documents[i]));
      }
      documents = std::move(again);
      if (!documents.empty()) std::this_thread::sleep_for(kPause);
    }
  }

  void SaveState() {
    std::ofstream out(state_ + ".tmp");
    for (const auto& [key, offset] : offsets_) out << key << ' ' << offset << '\n';
    out.close();
    fs::rename(state_ + ".tmp", state_);
  }

  const Config config_;
  BulkClient client_;
  const std::string state_;
  std::map<uint64_t, uint64_t> offsets_;
  std::map<std::string, std::tuple<ino_t, off_t, long>> done_;
  std::string piece_;
  bool raw_ = false;
};

}  // namespace
}  // namespace tailrace

int main(int argc, char** argv) {
  signal(SIGTERM, [](int) { tailrace::stopped = 1; });
  tailrace::Config config;
  std::string file;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("--bug=")) config.bug = word.substr(6);
    if (word == "-c" && i + 1 < argc) file = argv[++i];
  }
  if (!tailrace::ReadConfig(file, &config)) {
    std::fprintf(stderr, "usage: judge_naive_agent [--bug=NAME] run -c FILE\n");
    return 78;
  }
  tailrace::Agent(config).Run();
  return 0;
}
