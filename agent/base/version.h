// The version of the agent, as `tailrace version`, tailrace_build_info and the User-Agent say it.
//
// Threads    A constant.
#pragma once

namespace tailrace {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace tailrace
