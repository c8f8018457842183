#include "agent/net/http_request_reader.h"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>
#include <optional>

namespace tailrace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

struct HttpRequestReader::Parser {
  // A Beast parser reads one message in its life.
  std::optional<http::request_parser<http::empty_body>> message;
};

HttpRequestReader::HttpRequestReader(size_t max_head_bytes)
    : max_head_bytes_(max_head_bytes), parser_(std::make_unique<Parser>()) {}
HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::Progress HttpRequestReader::Begin() {
  parser_->message.emplace();
  parser_->message->header_limit(static_cast<uint32_t>(max_head_bytes_));
  return Parse();
}

HttpRequestReader::Progress HttpRequestReader::Feed(std::string_view bytes) {
  pending_.append(bytes);
  return Parse();
}

HttpRequestReader::Progress HttpRequestReader::Parse() {
  if (pending_.empty()) return Progress::kNeedMore;
  boost::system::error_code error;
  auto& message = *parser_->message;
  // Not eager: it stops behind the head.
  const size_t taken = message.put(asio::const_buffer(pending_.data(), pending_.size()), error);
  pending_.erase(0, taken);
  if (error == http::error::header_limit) return Progress::kTooLarge;
  if (error && error != http::error::need_more) return Progress::kMalformed;
  if (!message.is_header_done()) return Progress::kNeedMore;
  const bool has_body = message.chunked() || message.content_length().value_or(0) > 0;
  return has_body ? Progress::kMalformed : Progress::kComplete;
}

std::string HttpRequestReader::method() const {
  const auto text = parser_->message->get().method_string();
  return std::string(text.data(), text.size());
}

std::string HttpRequestReader::target() const {
  const auto text = parser_->message->get().target();
  return std::string(text.data(), text.size());
}

bool HttpRequestReader::keep_alive() const { return parser_->message->keep_alive(); }

}  // namespace tailrace
