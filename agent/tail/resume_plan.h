// ResumePlanner decides where reading a file begins, once its head is known: where an earlier run
// got to if it is the same content, at the beginning if it was truncated or is new, or behind what
// `start_at` leaves out.
//
// Threads    Not thread-safe; owned by the reader.
// Failure    When in doubt it reads again: a line twice under one id does less harm than a line
// lost. Cost       A few system calls and hashes a file, and for a .gz that was half delivered
// inflating
//            up to where that ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/tail/head_key.h"
#include "agent/tail/known_files.h"
#include "agent/tail/tailed_file.h"

namespace tailrace {

struct ResumePlan {
  enum class Kind : uint8_t {
    kBegin,   // At `offset`, as a file of its own.
    kReject,  // Not to be read at all.
  };
  Kind kind = Kind::kBegin;
  FileIdentity identity;  // That the key was made with.
  FileKey key;
  bool rekey_due = false;  // `key` was made from an incomplete head, which is complete by now.
  int64_t offset = 0;
  int64_t start_skip_end = 0;
  bool was_complete = false;  // It was read and settled to its end then.
};

class ResumePlanner {
 public:
  ResumePlanner(const TailOptions& options, bool first_use, KnownFiles& known, const HeadKey& keys,
                const Clock& clock);

  // `head` is complete, or all that there will be for now. Claims the known file that it is.
  // REQUIRES: the file has a handle.
  ResumePlan Plan(TailedFile& file, std::string_view head);

  // Whether the file at hand, whose head is `head`, has the content of `other` up to where that was
  // read: a copy of it, or what it was compressed to.
  bool IsCopyOf(TailedFile& file, std::string_view head, const TailedFile& other) const;
  // The key that the file would have with this identity.
  FileKey KeyOf(const TailedFile& file, const FileIdentity& identity, std::string_view head) const;

 private:
  enum class Match : uint8_t { kNone, kWhole, kProvisional };
  Match MatchKey(const TailedFile& file, std::string_view head, const StoredFile& stored) const;
  bool MatchContent(TailedFile& file, const StoredFile& stored) const;
  std::optional<ResumePlan> ByInode(TailedFile& file, std::string_view head);
  std::optional<ResumePlan> ByContent(TailedFile& file, std::string_view head);
  ResumePlan Resume(KnownFile& known, Match match) const;
  void StartAt(TailedFile& file, ResumePlan& plan) const;

  const TailOptions& options_;
  const bool first_use_;
  KnownFiles& known_;
  const HeadKey& keys_;
  const Clock& clock_;
};

}  // namespace tailrace
