#include "bench/limit_chain.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <utility>

#include "agent/base/status.h"
#include "agent/codec/base64.h"
#include "agent/json/json_escape.h"
#include "agent/json/utf8.h"
#include "bench/newline_index.h"

namespace tailrace {
namespace {

constexpr size_t kCriHeaderBytes = kUtcTimeBytes + sizeof(" stdout F ") - 1;
constexpr size_t kTemplateRoom = 4096;

uint64_t Word(const char* bytes) noexcept {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

char* Put(char* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// The 12 characters behind the file's key in an id: six bytes of offset, three of coverage.
void PutPosition(int64_t offset, uint32_t covered, char* out) noexcept {
  const auto at = static_cast<uint64_t>(offset);
  const auto pair = [](uint64_t bits) { return kBase64UrlPairs[bits & 4095].data(); };
  std::memcpy(out, pair(at >> 36), 2);
  std::memcpy(out + 2, pair(at >> 24), 2);
  std::memcpy(out + 4, pair(at >> 12), 2);
  std::memcpy(out + 6, pair(at), 2);
  std::memcpy(out + 8, pair(covered >> 12), 2);
  std::memcpy(out + 10, pair(covered), 2);
}

}  // namespace

LimitChain::LimitChain(LimitChainOptions options, DocumentTemplate document, BatchOutlet& outlet)
    : options_(options),
      document_(std::move(document)),
      outlet_(outlet),
      batch_(kBatchBytes + EscapeBound(kLineBytesMax) + kTemplateRoom),
      end_(batch_.data()),
      hash_(document_.text().find('\n') != std::string_view::npos ? 2 : 1) {}

absl::Status LimitChain::Consume(std::string_view block, int64_t offset) {
  newlines_.resize(std::max(newlines_.size(), block.size()));
  const size_t lines = IndexNewlines(block, newlines_.data());
  size_t begin = 0;
  for (size_t i = 0; i < lines; ++i) {
    const std::string_view text = block.substr(begin, newlines_[i] - begin);
    Line line;
    line.offset = offset + static_cast<int64_t>(begin);
    line.covered = static_cast<uint32_t>(text.size() + 1);
    if (text.size() > kLineBytesMax || !ParseCri(text, line) || !WriteDocument(line)) {
      return absl::UnimplementedError("the line at offset " + std::to_string(line.offset) +
                                      " is none of a corpus");
    }
    begin = newlines_[i] + 1;
    if (static_cast<size_t>(end_ - batch_.data()) >= kBatchBytes) RETURN_IF_ERROR(SendBatch());
  }
  records_ += lines;
  return absl::OkStatus();
}

absl::Status LimitChain::Finish() {
  RETURN_IF_ERROR(SendBatch());
  return outlet_.Finish();
}

absl::Status LimitChain::SendBatch() {
  const std::string_view text(batch_.data(), static_cast<size_t>(end_ - batch_.data()));
  end_ = batch_.data();
  if (text.empty()) return absl::OkStatus();
  if (options_.hash && !hash_.Add(text)) return absl::InternalError("a document has no end");
  RETURN_IF_ERROR(outlet_.Send(text, ends_));
  ends_.clear();
  return absl::OkStatus();
}

bool LimitChain::ParseCri(std::string_view text, Line& line) noexcept {
  if (text.size() < kCriHeaderBytes) return false;
  line.time = text.substr(0, kUtcTimeBytes);
  char other[kUtcTimeBytes];
  if (times_.Normalize(line.time, other) != TimeForm::kUtcNanos) return false;
  const uint64_t stream = Word(text.data() + kUtcTimeBytes);
  line.on_stderr = stream == Word(" stderr ");
  if (!line.on_stderr && stream != Word(" stdout ")) return false;
  line.body = text.substr(kCriHeaderBytes);
  return text[kCriHeaderBytes - 2] == 'F' && text[kCriHeaderBytes - 1] == ' ' &&
         !line.body.ends_with('\r');
}

bool LimitChain::CheckJson(std::string_view body, std::string_view& members) noexcept {
  if (walker_.Walk(body, fields_) != WalkResult::kObject) return false;
  if (fields_.traits().needs_rewrite()) return false;
  for (const JsonField& field : fields_.all()) {
    if (field.key_escaped || reserved_.Check(field.key(body), field.kind) != NameUse::kFree) {
      return false;
    }
  }
  members = body.substr(fields_.inner_offset(), fields_.inner_length());
  return !members.empty();
}

char* LimitChain::WriteHead(const Line& line, char* out) const noexcept {
  char* const begin = out;
  out = Put(out, document_.text());
  std::memcpy(begin + document_.time_at(), line.time.data(), kUtcTimeBytes);
  if (line.on_stderr) std::memcpy(begin + document_.iostream_at(), "stderr", 6);
  const std::string_view event_key = document_.event_id_key();
  if (event_key.empty()) {
    PutPosition(line.offset, line.covered, begin + document_.id_position_at());
  }
  out = std::to_chars(out, out + 20, line.offset).ptr;
  *out++ = '}';
  if (!event_key.empty()) {
    out = Put(out, R"(,"event":{"id":")");
    out = Put(out, event_key);
    PutPosition(line.offset, line.covered, out);
    out = Put(out + 12, "\"}");
  }
  return out;
}

bool LimitChain::WriteDocument(const Line& line) noexcept {
  std::string_view members;
  if (options_.parse_json ? !CheckJson(line.body, members) : !IsValidUtf8(line.body)) return false;
  char* out = WriteHead(line, end_);
  if (options_.parse_json) {
    *out++ = ',';
    out = Put(out, members);
  } else {
    out = Put(out, R"(,"message":")");
    out = EscapeTo(out, line.body);
    *out++ = '"';
  }
  end_ = Put(out, "}\n");
  ends_.push_back(static_cast<uint32_t>(end_ - batch_.data()));
  return true;
}

}  // namespace tailrace
