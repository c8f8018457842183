// An HTTP answer that arrives byte by byte, or in two pieces, is the same as in one; it ends within
// its bounds, and no byte beyond the input is read, whatever the bytes are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/check.h"
#include "agent/net/http_answer_reader.h"

namespace tailrace {
namespace {

constexpr size_t kMaxBodyBytes = 4096;

struct Outcome {
  HttpAnswerReader::Progress progress = HttpAnswerReader::Progress::kNeedMore;
  HttpAnswer answer;
};

Outcome InPieces(std::string_view text, size_t first_bytes, size_t piece_bytes) {
  HttpAnswerReader reader(kMaxBodyBytes);
  reader.Begin(HttpAnswerReader::Expect::kBody);
  Outcome outcome;
  std::string piece;
  for (size_t at = 0; at < text.size();) {
    // A copy of its own, so that ASan sees a read beyond the piece.
    piece = text.substr(at, at == 0 ? first_bytes : piece_bytes);
    piece.shrink_to_fit();
    at += piece.size();
    outcome.progress = reader.Feed(piece);
    if (outcome.progress != HttpAnswerReader::Progress::kNeedMore) break;
  }
  if (outcome.progress == HttpAnswerReader::Progress::kNeedMore) {
    outcome.progress = reader.FinishAtClose();
  }
  if (outcome.progress == HttpAnswerReader::Progress::kComplete)
    outcome.answer = reader.TakeAnswer();
  CHECK(outcome.answer.body.size() <= kMaxBodyBytes);
  return outcome;
}

void ExpectSame(const Outcome& a, const Outcome& b) {
  const auto complete = HttpAnswerReader::Progress::kComplete;
  CHECK((a.progress == complete) == (b.progress == complete));
  CHECK(a.answer.status == b.answer.status);
  CHECK(a.answer.body == b.answer.body);
  CHECK(a.answer.content_type == b.answer.content_type);
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tailrace::InPieces;
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = InPieces(text, size, size);
  tailrace::ExpectSame(whole, InPieces(text, 1, 1));
  const size_t split = 1 + (data[size - 1] * 31 + data[size - 2]) % (size - 1);
  tailrace::ExpectSame(whole, InPieces(text, split, size));
  return 0;
}
