// The inside of an EventLoop, for the few sources of agent/net that open sockets on it.
//
// Threads    As EventLoop.
// Cost       Drags Asio in: include it from those sources alone, never from a header.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/net/event_loop.h"

namespace tailrace {

struct EventLoop::Reactor {
  boost::asio::io_context context{1};  // 1: one thread runs it.
  // Without work the context would refuse to wait.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
      context.get_executor()};
};

}  // namespace tailrace
