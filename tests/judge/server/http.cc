#include "tests/judge/server/http.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace tailrace {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool ParseSize(std::string_view text, int base, size_t* value) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), *value, base);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t code = 0;
    if (text[i] == '%' && i + 2 < text.size() && ParseSize(text.substr(i + 1, 2), 16, &code)) {
      decoded.push_back(static_cast<char>(code));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

void ParseTarget(std::string_view target, HttpRequest* request) {
  const size_t mark = std::min(target.find('?'), target.size());
  request->path = PercentDecode(target.substr(0, mark));
  std::string_view rest = target.substr(std::min(mark + 1, target.size()));
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    request->query[PercentDecode(pair.substr(0, equals))] =
        PercentDecode(pair.substr(std::min(equals + 1, pair.size())));
  }
}

const char* Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 413:
      return "Request Entity Too Large";
    case 429:
      return "Too Many Requests";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

}  // namespace

std::string RenderAnswer(const HttpAnswer& answer, bool head_only, bool keep_alive) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + ' ' + Reason(answer.status) +
                    "\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: " + answer.content_type +
                    "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n";
  if (!keep_alive) out += "Connection: close\r\n";
  out += "\r\n";
  if (!head_only) out += answer.body;
  return out;
}

HttpParser::Progress HttpParser::Next(HttpRequest* request) {
  Progress progress = Progress::kReady;
  while (progress == Progress::kReady) {
    switch (part_) {
      case Part::kHead:
        progress = ParseHead();
        break;
      case Part::kChunkSize:
        progress = ParseChunkSize();
        break;
      case Part::kChunk:
        progress = TakeBody(true);
        break;
      case Part::kTrailer:
      case Part::kBody:
        progress = part_ == Part::kBody ? TakeBody(false) : ParseTrailer();
        if (progress != Progress::kReady) break;
        *request = std::exchange(request_, HttpRequest());
        part_ = Part::kHead;
        Compact();
        return Progress::kReady;
    }
  }
  return progress;
}

bool HttpParser::TakeContinue() { return std::exchange(continue_, false); }

HttpParser::Progress HttpParser::ParseHead() {
  const size_t end = buffer_.find("\r\n\r\n", used_);
  if (end == std::string::npos) {
    return buffer_.size() - used_ > kMaxHeadBytes ? Progress::kBad : Progress::kNeedMore;
  }
  std::string line;
  if (!TakeLine(&line)) return Progress::kBad;
  const size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string::npos || last == first) return Progress::kBad;
  request_.method = line.substr(0, first);
  ParseTarget(std::string_view(line).substr(first + 1, last - first - 1), &request_);
  request_.keep_alive = line.substr(last + 1) == "HTTP/1.1";
  while (TakeLine(&line) && !line.empty()) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) return Progress::kBad;
    request_.header[Lower(std::string_view(line).substr(0, colon))] =
        Trim(std::string_view(line).substr(colon + 1));
  }
  const auto& header = request_.header;
  if (const auto found = header.find("connection"); found != header.end()) {
    request_.keep_alive = Lower(found->second) != "close" && request_.keep_alive;
  }
  continue_ = header.contains("expect") && Lower(header.at("expect")) == "100-continue";
  body_bytes_ = 0;
  if (header.contains("transfer-encoding")) {
    part_ = Part::kChunkSize;
    return Lower(header.at("transfer-encoding")) == "chunked" ? Progress::kReady : Progress::kBad;
  }
  part_ = Part::kBody;
  const auto length = header.find("content-length");
  if (length != header.end() && !ParseSize(length->second, 10, &body_bytes_)) return Progress::kBad;
  return body_bytes_ > kMaxBodyBytes ? Progress::kBad : Progress::kReady;
}

HttpParser::Progress HttpParser::ParseChunkSize() {
  std::string line;
  if (!TakeLine(&line)) return Progress::kNeedMore;
  const std::string_view digits = std::string_view(line).substr(0, line.find(';'));
  if (digits.empty() || !ParseSize(digits, 16, &body_bytes_)) return Progress::kBad;
  if (body_bytes_ > kMaxBodyBytes || request_.body.size() + body_bytes_ > kMaxBodyBytes) {
    return Progress::kBad;
  }
  part_ = body_bytes_ == 0 ? Part::kTrailer : Part::kChunk;
  return Progress::kReady;
}

HttpParser::Progress HttpParser::ParseTrailer() {
  std::string line;
  do {
    if (!TakeLine(&line)) return Progress::kNeedMore;
  } while (!line.empty());
  return Progress::kReady;
}

HttpParser::Progress HttpParser::TakeBody(bool chunk) {
  const size_t end = used_ + body_bytes_ + (chunk ? 2 : 0);
  if (buffer_.size() < end) return Progress::kNeedMore;
  request_.body.append(buffer_, used_, body_bytes_);
  if (chunk && buffer_.compare(end - 2, 2, "\r\n") != 0) return Progress::kBad;
  used_ = end;
  if (chunk) part_ = Part::kChunkSize;
  return Progress::kReady;
}

bool HttpParser::TakeLine(std::string* line) {
  const size_t end = buffer_.find("\r\n", used_);
  if (end == std::string::npos) return false;
  line->assign(buffer_, used_, end - used_);
  used_ = end + 2;
  return true;
}

void HttpParser::Compact() {
  buffer_.erase(0, used_);
  used_ = 0;
}

}  // namespace tailrace
