// ClientFixture is a loop with an HttpClient on it, and the few moves that its tests are made of.
//
// Threads    The test's own; a ScriptedServer's script runs beside it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/net/http_client.h"
#include "tests/agent/net/scripted_peer.h"

namespace tailrace {

class ClientFixture : public testing::Test {
 protected:
  void OpenClient(std::vector<Url> endpoints, HttpClientOptions options = {}) {
    client_ = HttpClient::Open(*loop_, std::move(endpoints), std::move(options)).value();
  }

  static HttpRequest Get(std::string target = "/") {
    HttpRequest request;
    request.target = std::move(target);
    return request;
  }
  // `body` must outlive the request.
  static HttpRequest Post(std::string_view body) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/_bulk";
    request.body = {body};
    return request;
  }

  void RunUntil(const std::function<bool()>& done) {
    while (!done()) loop_->RunFor(std::chrono::milliseconds(50));
  }

  HttpResult Await(HttpRequest request) {
    std::optional<HttpResult> result;
    const absl::Status sent =
        client_->Send(std::move(request), [&](HttpResult got) { result = std::move(got); });
    EXPECT_TRUE(sent.ok()) << sent;
    EXPECT_FALSE(result.has_value()) << "called back inside Send";
    RunUntil([&] { return result.has_value(); });
    EXPECT_EQ(result->outcome == HttpOutcome::kAnswered, result->status.ok());
    return *std::move(result);
  }

  static std::string Answer(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
  }

  std::unique_ptr<EventLoop> loop_ = EventLoop::Open().value();
  std::unique_ptr<HttpClient> client_;
};

}  // namespace tailrace
