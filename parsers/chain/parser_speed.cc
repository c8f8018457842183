#include "parsers/chain/parser_speed.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "agent/event/record_batch.h"
#include "parsers/chain/parser_chain.h"

namespace tailrace {
namespace {

constexpr std::chrono::milliseconds kBudget{5};
constexpr size_t kRoundsMin = 3;
constexpr size_t kRoundsMax = 1000;

// Batches as a worker has them: `lines` over and over, each with its padding.
class Batch {
 public:
  explicit Batch(const std::vector<std::string>& lines) : fields_(kBatchRecordsMax) {
    std::vector<size_t> begins;
    for (const std::string& line : lines) {
      begins.push_back(text_.size());
      text_ += line;
      text_.append(kTextPaddingBytes, '\n');
    }
    for (size_t i = 0; i < kBatchRecordsMax; ++i) {
      const size_t line = i % lines.size();
      texts_.push_back(std::string_view(text_).substr(begins[line], lines[line].size()));
    }
  }

  // Takes as long as the parser does, and some ns a line for the lists.
  void Run(ParserChain& chain, ByteArena& arena) {
    jobs_.clear();
    arena.Clear();
    for (size_t i = 0; i < texts_.size(); ++i) {
      fields_[i].clear();
      jobs_.push_back({.text = texts_[i], .fields = &fields_[i]});
    }
    chain.Parse(jobs_, arena);
  }

 private:
  std::string text_;
  std::vector<std::string_view> texts_;
  std::vector<FieldList> fields_;
  std::vector<ChainJob> jobs_;
};

}  // namespace

std::optional<double> NanosPerLine(const ParserPlanPtr& plan, const std::vector<std::string>& lines,
                                   const Clock& clock) {
  if (lines.empty()) return std::nullopt;
  ParserChain chain(plan);
  ByteArena arena;
  Batch batch(lines);
  batch.Run(chain, arena);  // Allocates what is kept.
  std::chrono::nanoseconds fastest = std::chrono::nanoseconds::max();
  const MonotonicTime begin = clock.Now();
  for (size_t round = 0; round < kRoundsMax; ++round) {
    const MonotonicTime before = clock.Now();
    batch.Run(chain, arena);
    const MonotonicTime after = clock.Now();
    fastest = std::min<std::chrono::nanoseconds>(fastest, after - before);
    if (round + 1 >= kRoundsMin && after - begin >= kBudget) break;
  }
  return static_cast<double>(fastest.count()) / static_cast<double>(kBatchRecordsMax);
}

}  // namespace tailrace
