// What `check -v` prints of a config: how the memory is split, and what flows from where to where.
// No secret is in it.
//
// Threads    Any.
#pragma once

#include <string>

#include "agent/config/config.h"

namespace tailrace {

// Lines of text, each ended by "\n".
std::string DescribeConfig(const Config& config);

}  // namespace tailrace
