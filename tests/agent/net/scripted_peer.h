// ScriptedPeer is the other end of a connection, on plain blocking sockets, for tests that say byte
// by byte what it does. ScriptedServer accepts such peers and runs a script on a thread.
//
// Threads    One thread uses a peer. A server's script runs on its own thread, which its destructor
//            joins.
// Bounds     Every wait ends after 30 seconds, so that a broken client fails a test and hangs none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "agent/base/unique_fd.h"
#include "agent/net/url.h"

namespace tailrace {

class ScriptedPeer {
 public:
  explicit ScriptedPeer(UniqueFd fd) : fd_(std::move(fd)) {}

  static ScriptedPeer ConnectTcp(uint16_t port);
  static ScriptedPeer ConnectUnix(const std::string& path);

  // True when the kernel took all of it.
  bool Write(std::string_view bytes);
  // One byte after the other, `pause_ms` apart, until all are written or the other side has closed.
  void Drip(std::string_view bytes, int pause_ms);
  // One byte each `pause_ms`, until the other side has closed.
  void DripRead(int pause_ms);

  // Up to and with `mark`; what came before the end when it does not come.
  std::string ReadUntil(std::string_view mark);
  std::string ReadExactly(size_t bytes);
  // Head and body of a message with Content-Length.
  std::string ReadMessage();
  // Until the other side closes (or resets).
  std::string ReadToEnd();

  // RST instead of FIN.
  void Reset();
  void Close() { fd_.reset(); }
  int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

class ScriptedServer {
 public:
  using Script = std::function<void(ScriptedServer&)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();

  // For the script.
  ScriptedPeer Accept();

  uint16_t port() const { return port_; }
  Url url() const { return {.tls = false, .host = "127.0.0.1", .port = port_, .prefix = ""}; }

 private:
  UniqueFd listener_;
  uint16_t port_;
  std::thread thread_;
};

// A port of 127.0.0.1 on which nobody listens while `holder` lives.
uint16_t RefusingPort(UniqueFd& holder);

}  // namespace tailrace
