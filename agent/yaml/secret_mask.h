// Finds what looks like a secret in one line of a config, so that a diagnostic that quotes the line
// does not carry a password into a terminal, a CI log or a ticket.
//
// Threads    Any.
// Failure    Works on text, since a line with a YAML error has no tree. It masks too much rather
//            than too little: whatever follows a key whose name sounds secret, or is a slip of the
//            pen away from one, and the user part of a URL. References such as ${ES_PASSWORD} name
//            a secret and hold none; they stay.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace tailrace {

struct TextSpan {
  size_t begin = 0;
  size_t end = 0;
};

// Spans in order, not overlapping.
std::vector<TextSpan> FindSecrets(std::string_view line);

}  // namespace tailrace
