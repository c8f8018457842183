// TlsFixture is a ClientFixture whose servers speak TLS with certificates made for the test.
//
// Threads    As ClientFixture.
// Ownership  Files stand in a folder of the test's own below testing::TempDir().
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "agent/base/strings.h"
#include "tests/agent/net/client_fixture.h"
#include "tests/agent/net/test_authority.h"
#include "tests/agent/net/tls_peer.h"

namespace tailrace {

class TlsFixture : public ClientFixture {
 protected:
  TlsFixture() : folder_(testing::TempDir() + "tls_" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~TlsFixture() override {
    client_.reset();
    std::filesystem::remove_all(folder_);
  }

  // By rename, as whoever swaps certificates does it.
  std::string Store(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/new", std::ios::binary) << text;
    std::filesystem::rename(folder_ + "/new", folder_ + "/" + name);
    return folder_ + "/" + name;
  }

  HttpClientOptions Trusting(const TestAuthority& authority) const {
    HttpClientOptions options;
    options.timeout = std::chrono::seconds(20);
    options.tls.ca_file = Store("ca.pem", authority.certificate());
    return options;
  }

  static Url Https(const ScriptedServer& server) {
    Url url = server.url();
    url.tls = true;
    return url;
  }

  // What stands behind "GET https://127.0.0.1:PORT (127.0.0.1:PORT): ".
  static std::string Reason(const HttpResult& result) {
    const std::string_view message = FromAbsl(result.status.message());
    const size_t end = message.find("): ");
    return std::string(end == std::string_view::npos ? message : message.substr(end + 3));
  }

  const std::string folder_;
};

}  // namespace tailrace
