// BulkSession is the far end of one connection of a benchmark: a server that takes every `_bulk`
// request, counts and hashes its documents and answers that all of them were created.
//
//   POST ...       {"errors":false,"items":[{"create":{"status":201}},...]}
//   GET /_totals   {"documents":N,"hash":"...","bytes":N,"wire_bytes":N} of all POSTs of all
//                  connections since the last GET /_totals
//   GET ...        {"version":{"number":"8.15.0"}}: the agent greets a server with `GET /`, at any
//                  time beside its first requests, which must not take the totals away
//
// It understands what the two senders of this folder say, no more: a Content-Length, and gzip.
//
// Threads    One thread a session; the totals are shared.
// Bounds     Heads of 16 KiB, bodies of 64 MiB before and after inflating.
// Failure    Closes the connection on anything else; the sender then sees that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "agent/base/mutex.h"
#include "agent/base/unique_fd.h"
#include "agent/codec/gunzip.h"
#include "bench/document_hash.h"

namespace tailrace {

class BulkTotals {
 public:
  void Add(const DocumentHash& documents, size_t bytes, size_t wire_bytes);
  // As a line of JSON, and begins anew.
  std::string Take();

 private:
  struct Sums {
    DocumentHash documents{2};
    uint64_t bytes = 0;
    uint64_t wire_bytes = 0;
  };
  Mutex mutex_;
  Sums sums_ ABSL_GUARDED_BY(mutex_);
};

class BulkSession {
 public:
  BulkSession(UniqueFd socket, BulkTotals& totals);

  // Serves requests until the connection ends.
  void Run();

 private:
  bool ReadHead();
  bool ReadBody();
  bool Inflate();
  bool TakeDocuments();
  bool Answer(std::string_view body);
  std::string_view Header(std::string_view lower_case_name) const;

  const UniqueFd socket_;
  BulkTotals& totals_;
  std::string head_;   // To its empty line, in lower case.
  std::string early_;  // What arrived behind a head.
  std::string body_;
  std::string plain_;
  GunzipStream gunzip_;
  std::string answer_;
};

}  // namespace tailrace
