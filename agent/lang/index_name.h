// What Elasticsearch accepts as the name of an index or a data stream.
//
// Threads    Any.
#pragma once

#include <string>
#include <string_view>

namespace tailrace {

// `name` made valid: letters in lower case; each of \ / * ? " < > | space , # : and every byte that
// is not printable ASCII as "_" (what counts as lower case beyond ASCII is for the server to say,
// so those are not sent); without the - _ + that it may not begin with; at most 255 bytes. What
// leaves nothing, "." or ".." becomes "unnamed". A valid name in ASCII comes back as it is.
std::string SanitizeIndexName(std::string_view name);

}  // namespace tailrace
