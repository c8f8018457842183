#include "agent/net/http_answer_reader.h"

#include <algorithm>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/parser.hpp>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

namespace tailrace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// Answers that no API of ours gives: of these the beginning is kept, which says what they are.
template <class Fields>
bool IsForPeople(const http::header<false, Fields>& head) {
  const auto type = head[http::field::content_type];
  const bool json = type.empty() || type.find("json") != decltype(type)::npos;
  return head.result_int() >= 500 || !json;
}

// http::string_body reserves what Content-Length promises; this one believes only what has come.
struct GrowingBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool kIsRequest, class Fields>
    reader(http::header<kIsRequest, Fields>& head, value_type& body) : body_(body) {
      if constexpr (!kIsRequest) is_for_people_ = [&head] { return IsForPeople(head); };
    }
    void init(const boost::optional<uint64_t>&, error_code& error) {
      // The head is complete by now.
      if (is_for_people_ && is_for_people_()) kept_max_ = HttpAnswerReader::kKeptOfOthersBytes;
      error = {};
    }
    template <class Buffers>
    size_t put(const Buffers& buffers, error_code& error) {
      size_t taken = 0;
      for (const asio::const_buffer piece : boost::beast::buffers_range_ref(buffers)) {
        const size_t kept = std::min(piece.size(), kept_max_ - std::min(kept_max_, body_.size()));
        body_.append(static_cast<const char*>(piece.data()), kept);
        taken += piece.size();
      }
      error = {};
      return taken;
    }
    void finish(error_code& error) { error = {}; }

   private:
    value_type& body_;
    std::function<bool()> is_for_people_;
    size_t kept_max_ = std::numeric_limits<size_t>::max();
  };
};

}  // namespace

struct HttpAnswerReader::Parser {
  // A Beast parser reads one message in its life.
  std::optional<http::response_parser<GrowingBody>> message;

  void Renew(size_t max_body_bytes, Expect expect) {
    message.emplace();
    message->header_limit(kMaxHeadBytes);
    message->body_limit(max_body_bytes);
    message->eager(true);
    message->skip(expect == Expect::kHeadOnly);
  }

  bool is_interim() const {
    const unsigned status = message->get().result_int();
    return status >= 100 && status < 200 && status != 101;
  }
};

HttpAnswerReader::HttpAnswerReader(size_t max_body_bytes)
    : max_body_bytes_(max_body_bytes), parser_(std::make_unique<Parser>()) {}
HttpAnswerReader::~HttpAnswerReader() = default;

void HttpAnswerReader::Begin(Expect expect) {
  expect_ = expect;
  pending_.clear();
  error_.clear();
  parser_->Renew(max_body_bytes_, expect);
}

HttpAnswerReader::Progress HttpAnswerReader::Feed(std::string_view bytes) {
  size_t consumed = 0;
  if (pending_.empty()) {
    const Progress progress = Parse(bytes, consumed);
    pending_ = bytes.substr(consumed);
    return progress;
  }
  pending_.append(bytes);
  const Progress progress = Parse(pending_, consumed);
  pending_.erase(0, consumed);
  return progress;
}

HttpAnswerReader::Progress HttpAnswerReader::Parse(std::string_view bytes, size_t& consumed) {
  while (consumed < bytes.size()) {
    error_code error;
    const size_t taken = parser_->message->put(
        asio::const_buffer(bytes.data() + consumed, bytes.size() - consumed), error);
    consumed += taken;
    if (error && error != http::error::need_more) {
      error_ = error.message();
      const bool too_large = error == http::error::body_limit || error == http::error::header_limit;
      return too_large ? Progress::kTooLarge : Progress::kMalformed;
    }
    if (parser_->message->is_done()) {
      if (!parser_->is_interim()) return Progress::kComplete;
      parser_->Renew(max_body_bytes_, expect_);
      continue;
    }
    if (taken == 0) break;
  }
  if (bytes.size() - consumed > kMaxHeadBytes) {
    error_ = "a chunk's head or the trailers exceed the limit";
    return Progress::kTooLarge;
  }
  return Progress::kNeedMore;
}

HttpAnswerReader::Progress HttpAnswerReader::FinishAtClose() {
  error_code error;
  if (parser_->message->got_some()) parser_->message->put_eof(error);
  if (parser_->message->is_done() && !error) return Progress::kComplete;
  error_ = parser_->message->got_some() ? "the answer is cut off" : "there is no answer";
  return Progress::kMalformed;
}

HttpAnswer HttpAnswerReader::TakeAnswer() {
  auto& message = parser_->message->get();
  const auto field = [&](auto name) {
    const auto value = message[name];
    return std::string(value.data(), value.size());
  };
  HttpAnswer answer;
  answer.status = static_cast<int>(message.result_int());
  answer.content_type = field(http::field::content_type);
  answer.content_encoding = field(http::field::content_encoding);
  answer.retry_after = field(http::field::retry_after);
  answer.elastic_product = field("X-Elastic-Product");
  answer.location = field(http::field::location);
  answer.body = std::move(message.body());
  return answer;
}

bool HttpAnswerReader::keep_alive() const {
  return pending_.empty() && parser_->message->keep_alive();
}

}  // namespace tailrace
