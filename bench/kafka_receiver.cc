// A Kafka for benchmarks: librdkafka's mock broker, on a free port of 127.0.0.1, which is the first
// line of output. It runs until its input ends. A line of input is answered by one of output:
//
//   make TOPIC    makes it, with one partition        ok
//   read TOPIC    reads it, from beginning to end     {"documents":N,"hash":"..."}
//
// A document counts as its id, where that is a header, and its value with a newline. The broker
// keeps 5 MiB of a partition, so only small topics can be read.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <string>

#include "agent/base/check.h"
#include "bench/document_hash.h"

namespace tailrace {
namespace {

constexpr int kPollMillis = 10'000;

rd_kafka_t* MakeClient(rd_kafka_type_t type, const std::string& brokers) {
  std::array<char, 256> error;
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  const auto set = [&](const char* name, const char* value) {
    CHECK(rd_kafka_conf_set(conf, name, value, error.data(), error.size()) == RD_KAFKA_CONF_OK);
  };
  set("log_level", "2");
  if (type == RD_KAFKA_CONSUMER) {
    set("bootstrap.servers", brokers.c_str());
    set("group.id", "bench");  // Never joined.
    set("enable.partition.eof", "true");
    set("enable.auto.commit", "false");
  }
  rd_kafka_t* const client = rd_kafka_new(type, conf, error.data(), error.size());
  CHECK(client != nullptr);
  return client;
}

void AddDocument(const rd_kafka_message_t& message, DocumentHash& hash) {
  std::string document;
  rd_kafka_headers_t* headers = nullptr;
  const void* id = nullptr;
  size_t id_bytes = 0;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
      rd_kafka_header_get_last(headers, "event.id", &id, &id_bytes) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    document.assign(static_cast<const char*>(id), id_bytes);
  }
  document.append(static_cast<const char*>(message.payload), message.len);
  document += '\n';
  CHECK(hash.Add(document));
}

DocumentHash ReadTopic(const std::string& brokers, const std::string& topic) {
  rd_kafka_t* const client = MakeClient(RD_KAFKA_CONSUMER, brokers);
  rd_kafka_poll_set_consumer(client);
  rd_kafka_topic_partition_list_t* const partitions = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(partitions, topic.c_str(), 0)->offset =
      RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(client, partitions);
  rd_kafka_topic_partition_list_destroy(partitions);
  DocumentHash hash(1);
  bool at_end = false;
  while (!at_end) {
    rd_kafka_message_t* const message = rd_kafka_consumer_poll(client, kPollMillis);
    if (message == nullptr) break;  // What is missing then shows in the count.
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) AddDocument(*message, hash);
    at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    rd_kafka_message_destroy(message);
  }
  rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  return hash;
}

void Serve() {
  rd_kafka_t* const client = MakeClient(RD_KAFKA_PRODUCER, "");
  rd_kafka_mock_cluster_t* const cluster = rd_kafka_mock_cluster_new(client, 1);
  CHECK(cluster != nullptr);
  const std::string brokers = rd_kafka_mock_cluster_bootstraps(cluster);
  std::printf("%s\n", brokers.substr(brokers.rfind(':') + 1).c_str());
  std::fflush(stdout);
  std::string command, topic;
  while (std::cin >> command >> topic) {
    if (command == "make") {
      CHECK(rd_kafka_mock_topic_create(cluster, topic.c_str(), 1, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
      std::puts("ok");
    } else {
      const DocumentHash hash = ReadTopic(brokers, topic);
      std::printf("{\"documents\":%llu,\"hash\":\"%s\"}\n",
                  static_cast<unsigned long long>(hash.documents()), hash.Hex().c_str());
    }
    std::fflush(stdout);
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(client);
}

}  // namespace
}  // namespace tailrace

int main() { tailrace::Serve(); }
