// TlsPeer is the server's side of a TLS connection, on OpenSSL and a blocking socket, for the
// scripts of tests.
//
// Threads    One thread uses a peer.
// Bounds     Its waits are those of ScriptedPeer's socket.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tests/agent/net/scripted_peer.h"
#include "tests/agent/net/test_authority.h"

struct ssl_st;
struct ssl_ctx_st;

namespace tailrace {

struct TlsPeerOptions {
  TestCertificate certificate;
  std::string client_authority;  // PEM; "": no certificate is asked of the client.
  int max_version = 0;           // TLS1_1_VERSION, say; 0: the newest.
};

class TlsPeer {
 public:
  TlsPeer(ScriptedPeer peer, const TlsPeerOptions& options);
  ~TlsPeer();

  bool Shake();
  // The name that the client asked for (SNI), and the common name of its certificate.
  std::string asked_name() const;
  std::string client_name() const;

  // As those of ScriptedPeer.
  std::string ReadMessage();
  bool Write(std::string_view bytes);
  std::string ReadToEnd();
  // Says that nothing follows.
  void EndWriting();
  void Close();

 private:
  ScriptedPeer peer_;
  const std::shared_ptr<ssl_ctx_st> context_;
  std::shared_ptr<ssl_st> ssl_;
};

}  // namespace tailrace
