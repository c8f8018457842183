#include "agent/pipeline/stages/record_key.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace tailrace {
namespace {

void AppendPart(std::string& key, std::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  std::array<char, sizeof(size)> bytes;
  std::memcpy(bytes.data(), &size, sizeof(size));
  key.append(bytes.data(), bytes.size());
  key.append(text);
}

}  // namespace

bool RecordKey::of_stream() const {
  return std::all_of(parts_.begin(), parts_.end(),
                     [](const Part& part) { return !part.label.empty(); });
}

bool RecordKey::AppendTo(std::string& key, LabelLookup labels, std::span<const Field> fields,
                         std::string& scratch) const {
  bool any = false;
  for (const Part& part : parts_) {
    const std::string_view text =
        part.label.empty() ? TextOf(part.path.Find(fields), scratch) : labels(part.label);
    AppendPart(key, text);
    any |= !text.empty();
  }
  return any;
}

}  // namespace tailrace
