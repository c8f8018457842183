// What does it cost to hand something to another thread, and how long does a sleeping one take to
// wake up? A slab of 256 KiB, written by one side and read by the other, goes round through two
// rings as it does between reader and worker; a pointer through one; a doorbell there and back.
// All of it needs two cores; on a loaded machine the figures are the scheduler's.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>

#include "agent/event/slab.h"
#include "ringbuffer/doorbell.h"
#include "ringbuffer/spsc_ring.h"

namespace tailrace {
namespace {

constexpr size_t kRingSlots = 1024;
constexpr size_t kSlabsUnderWay = 8;
constexpr std::chrono::milliseconds kForever{-1};

// Takes what comes out of `ring`, waiting on `bell` where it is empty, until `take` says no.
template <typename T, typename Take>
void Drain(SpscRing<T>& ring, Doorbell& bell, Take&& take) {
  for (;;) {
    if (std::optional<T> value = ring.TryPop()) {
      if (!take(*value)) return;
    } else {
      bell.Wait(kForever, [&] { return ring.SizeApprox() == 0; });
    }
  }
}

void HandOffPointer(benchmark::State& state) {
  SpscRing<const int*> ring(kRingSlots);
  Doorbell bell;
  std::thread consumer(
      [&] { Drain(ring, bell, [](const int* value) { return value != nullptr; }); });
  const int something = 0;
  const auto push = [&](const int* value) {
    while (!ring.TryPush(value)) std::this_thread::yield();
    bell.Ring();
  };
  for (auto _ : state) push(&something);
  push(nullptr);
  consumer.join();
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(HandOffPointer)->UseRealTime();

uint64_t SumOf(const Slab& slab) {
  uint64_t sum = 0;
  for (size_t at = 0; at < kSlabBytes; at += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, slab.bytes.get() + at, sizeof(word));
    sum += word;
  }
  return sum;
}

void HandOffSlab(benchmark::State& state) {
  SpscRing<SlabPtr> full(kRingSlots);
  SpscRing<SlabPtr> empty(kRingSlots);
  Doorbell full_bell;
  Doorbell empty_bell;
  std::thread consumer([&] {
    Drain(full, full_bell, [&](SlabPtr& slab) {
      if (slab == nullptr) return false;
      benchmark::DoNotOptimize(SumOf(*slab));
      if (!empty.TryPush(slab)) return false;  // Never: it has room for all.
      empty_bell.Ring();
      return true;
    });
  });
  for (size_t i = 0; i < kSlabsUnderWay; ++i) {
    auto slab = std::make_unique<Slab>();
    if (!empty.TryPush(slab)) state.SkipWithError("a ring has no room");
  }
  int byte = 0;
  for (auto _ : state) {
    Drain(empty, empty_bell, [&](SlabPtr& slab) {
      std::memset(slab->bytes.get(), ++byte, kSlabBytes);
      if (!full.TryPush(slab)) state.SkipWithError("a ring has no room");
      full_bell.Ring();
      return false;
    });
  }
  SlabPtr last;
  if (!full.TryPush(last)) state.SkipWithError("a ring has no room");
  full_bell.Ring();
  consumer.join();
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kSlabBytes));
}
BENCHMARK(HandOffSlab)->UseRealTime();

// Both sides sleep between any two signals, so that an iteration is two wake-ups.
void WakeUpThereAndBack(benchmark::State& state) {
  SpscRing<bool> there(2);
  SpscRing<bool> back(2);
  Doorbell there_bell;
  Doorbell back_bell;
  const auto send = [&](SpscRing<bool>& ring, Doorbell& bell, bool more) {
    if (!ring.TryPush(more)) state.SkipWithError("a ring has no room");
    bell.Ring();
  };
  std::thread other([&] {
    Drain(there, there_bell, [&](bool more) {
      send(back, back_bell, more);
      return more;
    });
  });
  const auto round = [&](bool more) {
    send(there, there_bell, more);
    Drain(back, back_bell, [](bool) { return false; });
  };
  for (auto _ : state) round(true);
  round(false);
  other.join();
}
BENCHMARK(WakeUpThereAndBack)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tailrace
