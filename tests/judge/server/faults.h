// The faults that the scripted server commits, and how they are set while it runs.
//
// Threads   Not thread-safe.
// Failure   Update changes nothing and says why when a key is unknown or a value does not fit.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace tailrace {

struct Faults {
  // Of an item, each a probability. All but item_400 are drawn anew at each attempt.
  double item_429 = 0;
  double item_503 = 0;
  double item_403 = 0;
  double item_400 = 0;              // by the text's hash: the same document is refused for ever
  double conflict_after_store = 0;  // stored, answered 409

  // Of a whole `_bulk` request.
  int64_t whole_status = 0;        // 401, 403, 404, 429, 503, or 502 with an HTML body; 0 for none
  double whole_probability = 1;    // of whole_status
  double reset_before_apply = 0;   // RST, nothing stored
  double reset_after_apply = 0;    // stored, then RST
  double truncate_answer = 0;      // stored, half of the answer, closed
  int64_t answer_delay_ms = 0;     // after storing
  int64_t max_content_length = 0;  // inflated bytes beyond it get 413; 0 for no limit
  // After a reset or a truncated answer, before the retry: a roll-over, if the last one is so long
  // ago. 0 for never.
  int64_t roll_over_when_ambiguous_ms = 0;
  bool black_hole = false;    // reads, stores nothing, never answers
  bool hold_answers = false;  // stores; the answers wait until this is false again
  bool listening = true;      // false: connections are refused and the open ones reset
  std::string authorization;  // when set, another Authorization header gets 401

  bool Update(std::string_view json, std::string* error);
};

// Draws with a seed.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  bool Hits(double probability) {
    return probability > 0 && std::uniform_real_distribution<double>(0, 1)(engine_) < probability;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace tailrace
