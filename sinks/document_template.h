// A DocumentTemplate is the constant part of every document of one stream, rendered once. Encoding
// a record copies it and writes the time, the id and the offset into it.
//
//   [{"create":{"_index":"logs-shop-default","_id":"ABCDEFGHIJKLMNOP............"}}\n]
//   {"@timestamp":"..............................","kubernetes":{...},"labels":{...},
//    "log":{"file":{"path":"/var/log/..."},"iostream":"stdout","offset":
//
// (one line, without the breaks; the first part is there for kBulk only. For kKafka it is the
// address of kafka_address.h.)
//
// Threads    Immutable once made; owned by the worker of its file.
// Bounds     The path and labels decide: about 500 bytes. Labels are escaped; a path that is not
//            valid UTF-8 has U+FFFD for what is wrong.
#pragma once

#include <string>
#include <string_view>

#include "agent/event/stream.h"

namespace tailrace {

// Metadata that every document carries, whatever its stream.
struct DocumentMetadata {
  std::string node_name;
  std::string cluster_name;  // Empty: no orchestrator.cluster.name.
};

class DocumentTemplate {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // For a line of NDJSON, which carries the id as event.id behind the log object.
  static DocumentTemplate ForNdjson(const StreamInfo& stream, const FileKey& key,
                                    const DocumentMetadata& metadata);
  // For `_bulk`; without ids the server makes its own.
  static DocumentTemplate ForBulk(const StreamInfo& stream, const FileKey& key,
                                  const DocumentMetadata& metadata, std::string_view index,
                                  bool with_id);
  // For Kafka: the rendered address, with the id behind it when it goes into a header.
  static DocumentTemplate ForKafka(const StreamInfo& stream, const FileKey& key,
                                   const DocumentMetadata& metadata, std::string_view address,
                                   bool id_in_address);

  std::string_view text() const { return text_; }
  // Where the document begins: behind the action line.
  size_t document_at() const { return document_at_; }
  size_t time_at() const { return time_at_; }          // 30 characters.
  size_t iostream_at() const { return iostream_at_; }  // "stdout" or "stderr"; kNone: a plain file.
  // Where the 12 characters of the id's position go in the action line; kNone without.
  size_t id_position_at() const { return id_position_at_; }
  // The id's constant half for event.id; empty when the id is in the action line, or there is none.
  std::string_view event_id_key() const { return event_id_key_; }

 private:
  DocumentTemplate() = default;
  void AppendDocument(const StreamInfo& stream, const DocumentMetadata& metadata);

  std::string text_;
  size_t document_at_ = 0;
  size_t time_at_ = 0;
  size_t iostream_at_ = kNone;
  size_t id_position_at_ = kNone;
  std::string event_id_key_;
};

}  // namespace tailrace
