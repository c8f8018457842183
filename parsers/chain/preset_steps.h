// PresetSteps is a preset at work: its parsers, and what it does to the fields that they make.
//
// Threads    One worker's, as the ParserChain that owns it.
// Cost       Each step looks its fields up by name: some ns a step.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "agent/event/byte_arena.h"
#include "parsers/chain/parser_chain.h"
#include "parsers/chain/parser_plan.h"
#include "parsers/time_layout_reader.h"

namespace tailrace {

class PresetSteps {
 public:
  explicit PresetSteps(std::shared_ptr<const PresetPlan> plan);

  void Parse(std::span<ChainJob> jobs, ByteArena& arena);

 private:
  // The fields of one text are those of its list from `begin` on.
  void Finish(ChainJob& job, size_t begin, ByteArena& arena);
  void ParseField(size_t which, ChainJob& job, size_t begin, ByteArena& arena);
  void RenameFields(FieldList& fields, size_t begin) const;
  void ReplaceValues(FieldList& fields, size_t begin) const;
  void TypeFields(FieldList& fields, size_t begin, ByteArena& arena) const;
  void RemoveFields(FieldList& fields, size_t begin) const;
  void ReadTime(ChainJob& job, size_t begin, ByteArena& arena);

  const std::shared_ptr<const PresetPlan> plan_;
  ParserChain chain_;
  std::vector<ParserChain> then_;
  std::vector<LayoutReader> times_;
  std::vector<size_t> begins_;
};

}  // namespace tailrace
