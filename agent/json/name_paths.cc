#include "agent/json/name_paths.h"

#include <algorithm>
#include <cstring>

namespace tailrace {
namespace {

// Two quotes in a row: no name begins like that, since the first one ends it and what follows is
// whitespace or a colon.
constexpr char kNoName[] = {'"', '"'};

}  // namespace

NamePaths::NamePaths() : steps_(std::make_unique<Step[]>(kMaxSteps)) { Forget(); }

NamePaths::Step& NamePaths::NewStep() {
  Step& step = steps_[count_++];
  step = Step{};
  step.expected = step.other = &steps_[kNothing];
  return step;
}

void NamePaths::Forget() {
  count_ = 0;
  tails_.clear();
  misses_ = 0;
  Step& nothing = NewStep();
  std::memcpy(nothing.head, kNoName, sizeof(kNoName));
  nothing.head_bits = 3;
  NewStep();  // The root.
}

const NamePaths::Step* NamePaths::Follow(const Step* from, std::string_view name,
                                         uint32_t scope) const noexcept {
  const Step* nothing = &steps_[kNothing];
  for (const Step* step = from->expected; step != nothing; step = step->other) {
    if (step->length != name.size() || step->scope != scope) continue;
    const size_t head = std::min(name.size(), sizeof(step->head));
    if (std::memcmp(step->head, name.data(), head) != 0) continue;
    const std::string_view tail(tails_.data() + step->tail_offset, name.size() - head);
    if (tail == name.substr(head)) return step;
  }
  return nullptr;
}

const NamePaths::Step* NamePaths::Add(const Step* parent, std::string_view name, uint32_t scope) {
  const Step* nothing = &steps_[kNothing];
  size_t siblings = 0;
  for (const Step* step = parent->expected; step != nothing; step = step->other) ++siblings;
  const bool fits = count_ < kMaxSteps && siblings < kMaxSiblings && name.size() <= kMaxNameBytes &&
                    scope <= UINT16_MAX && tails_.size() + name.size() <= kMaxTailBytes;
  if (!fits) return nullptr;

  Step& step = NewStep();
  const size_t head = std::min(name.size(), sizeof(step.head));
  std::memcpy(step.head, name.data(), head);
  if (head < sizeof(step.head)) step.head[head] = '"';
  step.head_bits = static_cast<uint32_t>((uint64_t{2} << head) - 1);
  step.tail_offset = static_cast<uint32_t>(tails_.size());
  tails_.insert(tails_.end(), name.begin() + static_cast<ptrdiff_t>(head), name.end());
  step.length = static_cast<uint16_t>(name.size());
  step.scope = static_cast<uint16_t>(scope);
  Step& before = steps_[static_cast<size_t>(parent - steps_.get())];
  step.parent = static_cast<uint16_t>(&before - steps_.get());
  step.other = before.expected;  // The newest one is tried first.
  before.expected = &step;
  return &step;
}

void NamePaths::Learn(const Step* from, const char* text, std::span<const Name> names) {
  for (const Name& name : names) {
    from = Add(from, {text + name.offset, name.length}, name.scope);
    if (from != nullptr) continue;
    if (++misses_ >= kMaxMisses) Forget();
    return;
  }
}

}  // namespace tailrace
