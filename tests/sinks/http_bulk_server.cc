#include "tests/sinks/http_bulk_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <zlib.h>

#include <algorithm>

#include "agent/base/strings.h"
#include "agent/net/listener.h"

namespace tailrace {
namespace {

std::string Inflate(const std::string& compressed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string plain;
  int status = Z_OK;
  while (status == Z_OK) {
    char buffer[65536];
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    status = inflate(&stream, Z_NO_FLUSH);
    plain.append(buffer, sizeof buffer - stream.avail_out);
  }
  EXPECT_EQ(status, Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0u);
  inflateEnd(&stream);
  return plain;
}

}  // namespace

HttpBulkServer::HttpBulkServer(Handler handler)
    : handler_(std::move(handler)),
      listener_(ListenTcp("127.0.0.1:0").value()),
      port_(LocalPort(listener_.get())),
      acceptor_([this] { Accept(); }) {}

HttpBulkServer::~HttpBulkServer() {
  ending_.store(true, std::memory_order_relaxed);
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    turn_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

std::string HttpBulkServer::url() const {
  return Concat({"http://127.0.0.1:", std::to_string(port_)});
}

void HttpBulkServer::Accept() {
  while (!ending_.load(std::memory_order_relaxed)) {
    pollfd waited{listener_.get(), POLLIN, 0};
    ::poll(&waited, 1, -1);  // The destructor's shutdown ends the wait.
    UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (fd.get() < 0) continue;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd.get());
    threads_.emplace_back(
        [this, peer = ScriptedPeer(std::move(fd))]() mutable { Serve(std::move(peer)); });
  }
}

void HttpBulkServer::Serve(ScriptedPeer peer) {
  bool more = true;
  while (more) {
    const std::string message = peer.ReadMessage();
    const size_t end = message.find("\r\n\r\n");
    if (end == std::string::npos) break;
    ReceivedRequest request{message.substr(0, end), message.substr(end + 4), false};
    if (request.head.find("Content-Encoding: gzip") != std::string::npos) {
      request.gzip = true;
      request.body = Inflate(request.body);
    }
    more = Answer(request, peer);
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, peer.fd());
  peer.Close();
}

bool HttpBulkServer::Answer(const ReceivedRequest& request, ScriptedPeer& peer) {
  Reply reply{403, "{}"};
  if (request.is_bulk()) {
    std::unique_lock lock(mutex_);
    reply = handler_(request);
    WaitForTurn(lock);
  }
  std::string text =
      Concat({"HTTP/1.1 ", std::to_string(reply.status), " Status\r\n",
              "Content-Length: ", std::to_string(reply.body.size()), "\r\n\r\n", reply.body});
  switch (reply.fate) {
    case ReplyFate::kWhole:
      return peer.Write(text);
    case ReplyFate::kWholeThenClose:
      peer.Write(text);
      return false;
    case ReplyFate::kHalf:
      peer.Write(text.substr(0, text.size() - reply.body.size() / 2 - 1));
      return false;
    case ReplyFate::kReset: {
      const std::lock_guard lock(mutex_);
      std::erase(open_, peer.fd());
      peer.Reset();
      return false;
    }
    case ReplyFate::kNever:
      peer.ReadToEnd();
      return false;
  }
  return false;
}

// The last of `hold_` requests is the first to go on, and so back to the first.
void HttpBulkServer::WaitForTurn(std::unique_lock<std::mutex>& lock) {
  if (held_ >= hold_) return;
  const size_t place = ++held_;
  if (held_ == hold_) next_ = hold_;
  turn_.notify_all();
  turn_.wait(lock, [&] { return next_ == place || ending_.load(std::memory_order_relaxed); });
  --next_;
  turn_.notify_all();
}

}  // namespace tailrace
