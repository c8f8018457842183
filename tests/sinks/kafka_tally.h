// Judges what stands in Kafka: each generated line once by its event.id, and the lines of a file in
// their order in one partition. A record with an id that is known is a repeat: Kafka takes it, and
// so do we, but count it.
//
// Threads    Not thread-safe.
// Bounds     Those of the judge's Store; kMaxExamples examples of disorder.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tests/judge/core/document.h"
#include "tests/judge/server/store.h"
#include "tests/sinks/kafka_reader.h"

namespace tailrace {

class KafkaTally {
 public:
  static constexpr size_t kMaxExamples = 20;

  explicit KafkaTally(std::string run) : reader_(std::move(run)) {}

  void Add(const KafkaRead& read);

  // What the scripted Elasticsearch says of its store, and: items (records read), repeats, disorder
  // (lines that stand behind a later one of their file), moved (files in two partitions).
  nlohmann::json Summary() const;
  const Store& store() const { return store_; }
  const nlohmann::json& examples() const { return examples_; }

 private:
  struct Place {
    int32_t partition = 0;
    uint64_t newest = 0;
    bool moved = false;
  };

  DocumentReader reader_;
  Store store_;
  std::unordered_map<uint64_t, Place> files_;
  uint64_t items_ = 0;
  uint64_t repeats_ = 0;
  uint64_t disorder_ = 0;
  uint64_t moved_ = 0;
  nlohmann::json examples_ = nlohmann::json::array();
};

}  // namespace tailrace
