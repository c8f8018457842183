// A scripted Elasticsearch: requests in, answers and the connection's fate out. Routes
//   GET /, /_data_stream/NAME; POST /_bulk, /INDEX/_bulk, /_mget, /INDEX/_mget     as Elasticsearch
//   POST /_control {"FAULT":VALUE,...}      sets faults (server/faults.h)
//   POST /_judge/rollover                   new backing indices
//   GET  /_judge/summary, /_judge/strays, /_judge/file/FILE    counts
//
// Threads   Not thread-safe.
// Bounds    An inflated body of kMaxInflatedBytes; more is answered 413.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tests/judge/server/bulk.h"
#include "tests/judge/server/http.h"

namespace tailrace {

inline constexpr size_t kMaxInflatedBytes = 512 << 20;

class Elastic {
 public:
  Elastic(std::string run, uint64_t seed, const Faults& faults);
  Elastic(const Elastic&) = delete;
  Elastic& operator=(const Elastic&) = delete;

  HttpAnswer Handle(HttpRequest* request);
  const Faults& faults() const { return faults_; }
  nlohmann::json Summary() const;
  // Writes the counts to `path` (core/line_counts.h) and summary and strays to `path`.json.
  bool Dump(const std::string& path) const;

 private:
  HttpAnswer Route(HttpRequest* request);
  HttpAnswer Control(const HttpRequest& request);
  HttpAnswer Bulk(std::string_view index, HttpRequest* request);
  void RollOverWhenAmbiguous();
  HttpAnswer ApplyBulk(std::string_view index, const HttpRequest& request);
  // False when the answer says why the body could not be inflated.
  bool InflateBody(HttpRequest* request, HttpAnswer* answer);
  bool RefuseWhole(const HttpRequest& request, HttpAnswer* answer);
  HttpAnswer MultiGet(std::string_view index, const HttpRequest& request);
  nlohmann::json GetOne(const std::string& index, const std::string& id) const;
  HttpAnswer DataStream(const std::string& name) const;
  HttpAnswer FileCounts(std::string_view name) const;

  Faults faults_;
  Dice dice_;
  Indices indices_;
  Store store_;
  BulkApplier bulk_;
  std::string scratch_;
  std::map<std::string, uint64_t> fates_;  // how many requests met what
  std::chrono::steady_clock::time_point rolled_over_at_{};
  uint64_t bulks_ = 0;
  uint64_t wire_bytes_ = 0;
  uint64_t inflated_bytes_ = 0;
  uint64_t max_body_bytes_ = 0;
};

}  // namespace tailrace
