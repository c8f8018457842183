// The epoll loop around Elastic: two listening sockets on 127.0.0.1, one for the agent and one for
// control alone (which is there when the first does not listen), and any number of keep-alive
// connections.
//
// Threads   Run blocks; everything happens in its thread.
// Ordering  Answers of one connection leave in the order of its requests; a delayed answer holds up
// its own connection only. Failure   Open says why in `error`. A connection that breaks the
// protocol gets 400 and is closed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/judge/server/elastic.h"

namespace tailrace {

class Server {
 public:
  explicit Server(Elastic* elastic);  // must outlive this object
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // `port` 0 takes any.
  bool Open(int port, std::string* error);
  int port() const { return port_; }
  int control_port() const { return control_port_; }
  // Until SIGTERM or SIGINT, which must be blocked in this thread.
  void Run();

 private:
  struct Connection {
    HttpParser parser;
    std::string out;
    size_t sent = 0;
    bool control = false;
    bool busy = false;  // an answer is due, or will never come
    bool close_after = false;
    uint64_t serial = 0;
  };

  bool Listen(int port, int* fd, int* bound, std::string* error);
  bool Bind(int port, int* fd, int* bound);
  void Watch(int fd, uint32_t events, bool added);
  void Accept(int listener);
  void OnEvent(int fd, uint32_t events);
  // Both return false when the connection is gone.
  bool ReadSome(int fd, Connection* connection);
  bool Serve(int fd, Connection* connection);
  bool Finish(int fd, Connection* connection, const HttpRequest& request, const HttpAnswer& answer);
  bool Send(int fd, Connection* connection);
  void Close(int fd, bool reset);
  void SendDue();
  void SendHeld();
  void FollowListening();
  int NextTimeout() const;

  struct Due {
    int fd;
    uint64_t serial;  // of the connection, since descriptors are used again
    std::string bytes;
    bool reset;
    bool operator<(const Due& other) const { return serial < other.serial; }
  };
  void Deliver(const Due& due);

  Elastic* const elastic_;
  std::vector<char> received_;
  int epoll_ = -1, signals_ = -1, listener_ = -1, control_listener_ = -1;
  int port_ = 0, control_port_ = 0;
  bool listening_ = true;
  uint64_t serials_ = 0;
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::multimap<int64_t, Due> due_;  // by the time in ms
  std::multimap<uint64_t, Due> held_;
};

}  // namespace tailrace
