// Resolver looks names up without ever making the loop wait. The C library's lookup blocks, and
// nothing can stop one that hangs on a dead name server; so each runs on a thread of its own, which
// reports to a mailbox that outlives this class. A caller that has waited enough cancels and goes
// on, and so does a shutdown.
//
// Threads    Not thread-safe; owned by the loop's thread. The lookup threads touch the mailbox
// only. Ownership  Lookups that still hang when the Resolver is destroyed end by themselves, later;
// what
//            they find is thrown away.
// Bounds     At most 8 lookups at once, one a name (a second one for the same name waits with the
//            first), and 8 addresses an answer.
// Ordering   A callback runs on the loop, never inside Start.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "agent/net/event_loop.h"

namespace tailrace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// "10.0.0.1:9200", "[::1]:9200".
std::string ToString(const SocketAddress& address);

using LookupResult = absl::StatusOr<std::vector<SocketAddress>>;
// Blocks. Called from many threads.
using LookupFunction = std::function<LookupResult(const std::string& host, uint16_t port)>;

// By the system's own rules: /etc/hosts, DNS and so on, in the order of RFC 6724. Errors: kNotFound
// when there is no such name, kUnavailable when the name service does not know at the moment.
LookupResult LookUpBySystem(const std::string& host, uint16_t port);

class Resolver {
 public:
  using Callback = absl::AnyInvocable<void(LookupResult)>;
  using Ticket = uint64_t;

  explicit Resolver(EventLoop& loop, LookupFunction look_up = LookUpBySystem);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Numeric addresses need no thread. kResourceExhausted comes back when too many lookups hang.
  Ticket Start(const std::string& host, uint16_t port, Callback callback);

  // The callback of `ticket` does not run any more. Nothing happens when it has run.
  void Cancel(Ticket ticket);

 private:
  struct Mailbox;
  using Name = std::pair<std::string, uint16_t>;

  void Deliver(const Name& name, const LookupResult& result);
  void DeliverLater(Ticket ticket, LookupResult result);
  absl::Status StartThread(const Name& name);

  const LookupFunction look_up_;
  EventLoop& loop_;
  const std::shared_ptr<Mailbox> mailbox_;       // Shared with the lookup threads.
  std::map<Ticket, Callback> callbacks_;         // Of those that wait.
  std::map<Name, std::vector<Ticket>> lookups_;  // One for each thread that runs.
  Ticket last_ticket_ = 0;
};

}  // namespace tailrace
