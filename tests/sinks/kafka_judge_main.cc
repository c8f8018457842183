// kafka_judge --run TOKEN --topic NAME... [--partitions N (8)] [--dump PATH]
//             [--mock-brokers N (3) | --brokers HOST:PORT,...] [--property NAME=VALUE...]
// Reads the topics of a Kafka along and judges the generated lines in them: of librdkafka's mock
// cluster, which runs in this process, or of brokers elsewhere. Prints `brokers HOST:PORT,...`,
// then takes commands, a line each, and answers each with a line of JSON:
//   summary | down N | up N | leaders (moves them all) | rtt MS
//   errors API COUNT NAME (the next requests, such as `errors 0 3 NOT_LEADER_FOR_PARTITION`)
//   topic TOPIC NAME (until `topic TOPIC NO_ERROR`) | end
// At the end of input, or at `end`, it writes its counts to PATH and PATH.json.
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/sinks/kafka_mock.h"
#include "tests/sinks/kafka_tally.h"

namespace tailrace {
namespace {

struct Options {
  std::string run, brokers, dump;
  std::vector<std::string> topics;
  KafkaReader::Properties properties;
  int partitions = 8;
  int mock_brokers = 3;
};

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--run") options.run = value;
    if (name == "--topic") options.topics.push_back(value);
    if (name == "--partitions") options.partitions = std::atoi(value.c_str());
    if (name == "--mock-brokers") options.mock_brokers = std::atoi(value.c_str());
    if (name == "--brokers") options.brokers = value;
    if (name == "--dump") options.dump = value;
    if (name == "--property") {
      const size_t equals = value.find('=');
      options.properties.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    }
  }
  return argc % 2 == 1 && !options.run.empty() && !options.topics.empty();
}

rd_kafka_resp_err_t ErrorNamed(const std::string& name) {
  const rd_kafka_err_desc* known = nullptr;
  size_t count = 0;
  rd_kafka_get_err_descs(&known, &count);
  for (size_t i = 0; i < count; ++i) {
    if (known[i].name != nullptr && name == known[i].name) return known[i].code;
  }
  return RD_KAFKA_RESP_ERR_UNKNOWN;
}

class Judge {
 public:
  explicit Judge(Options options) : options_(std::move(options)), tally_(options_.run) {
    if (!options_.brokers.empty()) return;
    mock_ = std::make_unique<KafkaMock>(options_.mock_brokers);
    for (const std::string& topic : options_.topics) mock_->CreateTopic(topic, options_.partitions);
    options_.brokers = mock_->brokers();
  }

  int Run() {
    std::printf("brokers %s\n", options_.brokers.c_str());
    std::fflush(stdout);
    std::thread reading([this] { ReadAlong(); });
    std::string line;
    while (std::getline(std::cin, line) && line != "end") {
      std::printf("%s\n", Obey(line).dump().c_str());
      std::fflush(stdout);
    }
    ending_.store(true, std::memory_order_relaxed);  // Joined below: nothing else is published.
    reading.join();
    return Dump() ? 0 : 1;
  }

 private:
  void ReadAlong() {
    KafkaReader reader(options_.brokers, options_.topics, options_.partitions, options_.properties);
    KafkaRead read;
    while (!ending_.load(std::memory_order_relaxed)) {
      if (!reader.Next(std::chrono::milliseconds(50), read)) continue;
      const std::lock_guard<std::mutex> lock(mutex_);
      tally_.Add(read);
      trimmed_ = reader.trimmed();
    }
  }

  nlohmann::json Obey(const std::string& line) {
    std::istringstream words(line);
    std::string command, topic, name;
    int number = 0;
    int count = 0;
    words >> command;
    if (command == "summary") return Summary();
    if (mock_ == nullptr) return {{"error", "no mock cluster"}};
    if (command == "down" || command == "up") {
      words >> number;
      mock_->SetUp(number, command == "up");
    } else if (command == "leaders") {
      MoveLeaders();
    } else if (command == "rtt") {
      words >> number;
      mock_->SetRoundTrip(number);
    } else if (command == "errors") {
      words >> number >> count >> name;
      const std::vector<rd_kafka_resp_err_t> errors(static_cast<size_t>(count), ErrorNamed(name));
      mock_->PushErrors(static_cast<int16_t>(number), errors);
    } else if (command == "topic") {
      words >> topic >> name;
      mock_->SetTopicError(topic, ErrorNamed(name));
    } else {
      return {{"error", "unknown command: " + line}};
    }
    return {{"done", line}};
  }

  void MoveLeaders() {
    ++moves_;
    for (const std::string& topic : options_.topics) {
      for (int partition = 0; partition < options_.partitions; ++partition) {
        mock_->SetLeader(topic, partition, 1 + (partition + moves_) % options_.mock_brokers);
      }
    }
  }

  nlohmann::json Summary() {
    const std::lock_guard<std::mutex> lock(mutex_);
    nlohmann::json summary = tally_.Summary();
    summary["trimmed"] = trimmed_;
    return summary;
  }

  bool Dump() {
    if (options_.dump.empty()) return true;
    std::ofstream(options_.dump + ".json") << nlohmann::json{
        {"summary", Summary()},
        {"strays", tally_.store().Strays()},
        {"disorder", tally_.examples()}}.dump();
    return tally_.store().lines().Dump(options_.dump);
  }

  Options options_;
  std::unique_ptr<KafkaMock> mock_;
  std::mutex mutex_;
  KafkaTally tally_;  // Under mutex_, as is trimmed_.
  uint64_t trimmed_ = 0;
  int moves_ = 0;
  std::atomic<bool> ending_{false};
};

}  // namespace
}  // namespace tailrace

int main(int argc, char** argv) {
  tailrace::Options options;
  if (!tailrace::Parse(argc, argv, options)) {
    std::fprintf(stderr, "usage: kafka_judge --run TOKEN --topic NAME... [options]\n");
    return 2;
  }
  return tailrace::Judge(std::move(options)).Run();
}
