// What the scripted server keeps: which ids exist, how often each generated line was stored, and
// everything that was stored but is no sound line. The documents themselves are not kept.
//
// Threads   Not thread-safe.
// Bounds    16 to 53 bytes a document; kMaxStrayTexts stray texts of kMaxStrayBytes each are kept,
// all are counted.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tests/judge/core/document.h"
#include "tests/judge/core/id_set.h"
#include "tests/judge/core/line_counts.h"

namespace tailrace {

inline constexpr size_t kMaxStrayTexts = 20'000;
inline constexpr size_t kMaxStrayBytes = 8 << 10;

class Store {
 public:
  enum class Put { kCreated, kConflict, kOverwritten };

  // Stores a document. An empty id gets one of its own. `overwrite` is the `index` operation.
  Put Add(std::string_view index, std::string_view id, bool overwrite,
          const DocumentVerdict& document);
  bool Contains(std::string_view index, std::string_view id) const;
  // The document was answered 400 because its text is one of those.
  void Refuse(const DocumentVerdict& document);
  // Something was sent that no server would take: no JSON, a key twice.
  void CountCorrupt(std::string_view text, JsonVerdict json);

  const LineCounts& lines() const { return lines_; }
  nlohmann::json Summary() const;
  // [{"kind":..., "count":N, "text":...}], in no order.
  nlohmann::json Strays() const;

 private:
  void CountStray(const char* kind, std::string_view text);

  struct Stray {
    const char* kind;
    uint64_t count;
    std::string text;
  };

  IdSet ids_;
  LineCounts lines_;
  std::map<uint64_t, Stray> strays_;  // by the text's hash
  std::map<std::string, uint64_t> stray_counts_;
  uint64_t stored_ = 0;
  uint64_t conflicts_ = 0;
  uint64_t overwrites_ = 0;
  uint64_t auto_ids_ = 0;
  uint64_t forged_ = 0;
};

}  // namespace tailrace
