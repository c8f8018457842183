#include "agent/net/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace tailrace {
namespace {

constexpr size_t kMaxLookups = 8;
constexpr size_t kMaxAddresses = 8;

LookupResult LookUp(const std::string& host, uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    const bool unknown = error == EAI_NONAME || error == EAI_NODATA;
    return absl::Status(unknown ? absl::StatusCode::kNotFound : absl::StatusCode::kUnavailable,
                        absl::StrCat("resolve ", host, ": ", gai_strerror(error)));
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    if (addresses.size() == kMaxAddresses) break;
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, info->ai_addr, info->ai_addrlen);
    address.size = info->ai_addrlen;
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

std::string ToString(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = "?";
  if (address.storage.ss_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
    ::inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof text);
    return absl::StrCat("[", text, "]:", ntohs(ipv6.sin6_port));
  }
  const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address.storage);
  ::inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof text);
  return absl::StrCat(text, ":", ntohs(ipv4.sin_port));
}

LookupResult LookUpBySystem(const std::string& host, uint16_t port) {
  return LookUp(host, port, AI_ADDRCONFIG);
}

// Where lookup threads leave what they found. `loop` is null once nobody waits any more.
struct Resolver::Mailbox {
  std::mutex mutex;
  EventLoop* loop = nullptr;     // Guarded by `mutex`.
  Resolver* resolver = nullptr;  // Used by the loop's thread alone.
};

Resolver::Resolver(EventLoop& loop, LookupFunction look_up)
    : look_up_(std::move(look_up)), loop_(loop), mailbox_(std::make_shared<Mailbox>()) {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->loop = &loop;
  mailbox_->resolver = this;
}

Resolver::~Resolver() {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->loop = nullptr;
  mailbox_->resolver = nullptr;
}

Resolver::Ticket Resolver::Start(const std::string& host, uint16_t port, Callback callback) {
  const Ticket ticket = ++last_ticket_;
  callbacks_.emplace(ticket, std::move(callback));
  if (LookupResult numeric = LookUp(host, port, AI_NUMERICHOST); numeric.ok()) {
    DeliverLater(ticket, std::move(numeric));
    return ticket;
  }
  const Name name(host, port);
  const auto running = lookups_.find(name);
  if (running != lookups_.end()) {
    running->second.push_back(ticket);
  } else if (absl::Status status = StartThread(name); status.ok()) {
    lookups_[name].push_back(ticket);
  } else {
    DeliverLater(ticket, std::move(status));
  }
  return ticket;
}

void Resolver::Cancel(Ticket ticket) {
  if (callbacks_.erase(ticket) == 0) return;
  // A name whose lookup hangs is asked for again and again: its list must not grow.
  for (auto& [name, tickets] : lookups_) std::erase(tickets, ticket);
}

absl::Status Resolver::StartThread(const Name& name) {
  const auto& [host, port] = name;
  if (lookups_.size() == kMaxLookups) {
    return absl::ResourceExhaustedError(
        absl::StrCat("resolve ", host, ": ", kMaxLookups, " earlier lookups have not come back"));
  }
  try {
    // Not joined: that could take as long as the name server does. It holds nothing but what it
    // was given by value, and the mailbox.
    std::thread([mailbox = mailbox_, look_up = look_up_, name] {
      LookupResult result = look_up(name.first, name.second);
      const std::lock_guard lock(mailbox->mutex);
      if (mailbox->loop == nullptr) return;
      mailbox->loop->Post([mailbox, name, result = std::move(result)] {
        if (mailbox->resolver != nullptr) mailbox->resolver->Deliver(name, result);
      });
    }).detach();
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(
        absl::StrCat("resolve ", host, ": start a thread: ", error.what()));
  }
  return absl::OkStatus();
}

void Resolver::Deliver(const Name& name, const LookupResult& result) {
  const std::vector<Ticket> tickets = std::move(lookups_.extract(name).mapped());
  for (const Ticket ticket : tickets) DeliverLater(ticket, result);
}

void Resolver::DeliverLater(Ticket ticket, LookupResult result) {
  // One post each, so that a callback may cancel others, or destroy the resolver.
  loop_.Post([mailbox = mailbox_, ticket, result = std::move(result)]() mutable {
    if (mailbox->resolver == nullptr) return;
    auto node = mailbox->resolver->callbacks_.extract(ticket);
    if (!node.empty()) node.mapped()(std::move(result));
  });
}

}  // namespace tailrace
