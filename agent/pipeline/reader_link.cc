#include "agent/pipeline/reader_link.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {

ReaderLink::ReaderLink(SpscRing<SlabPtr>& slabs, SpscRing<ReaderCommand>& commands,
                       Doorbell& reader_bell)
    : slabs_(slabs), commands_(commands), reader_bell_(reader_bell) {}

OpenSlab* ReaderLink::NextSlab() {
  std::optional<SlabPtr> slab = slabs_.TryPop();
  if (!slab) return nullptr;
  open_.push_back(std::make_unique<OpenSlab>(OpenSlab{*std::move(slab), 1}));
  return open_.back().get();
}

void ReaderLink::Unpin(OpenSlab* slab) {
  CHECK(slab->pins > 0);
  if (--slab->pins > 0) return;
  ReaderCommand& command = waiting_.emplace_back();
  command.kind = ReaderCommand::Kind::kFreeSlab;
  command.slab = std::move(slab->slab);
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const auto& open) { return open.get() == slab; });
  CHECK(found != open_.end());
  std::swap(*found, open_.back());
  open_.pop_back();
}

void ReaderLink::Send(ReaderCommand::Kind kind, FileId file, int64_t offset) {
  ReaderCommand& command = waiting_.emplace_back();
  command.kind = kind;
  command.file = file;
  command.offset = offset;
}

void ReaderLink::Flush() {
  bool pushed = false;
  while (!waiting_.empty() && commands_.TryPush(waiting_.front())) {
    waiting_.pop_front();
    pushed = true;
  }
  if (pushed) reader_bell_.Ring();
}

}  // namespace tailrace
