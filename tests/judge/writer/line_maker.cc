#include "tests/judge/writer/line_maker.h"

#include <algorithm>
#include <utility>

#include "tests/judge/core/json_check.h"
#include "tests/judge/core/line.h"

namespace tailrace {
namespace {

constexpr size_t kPoolBytes = 512 << 10;
constexpr size_t kMaxPayloadBytes = 60 << 10;

// What a payload is cut from: words, and everything that has to be escaped or counted in bytes
// rather than characters.
constexpr const char* kWords[] = {
    "GET",        "/api/v1/orders", "status=200",  "took 12ms",
    "\"quoted\"", "C:\\temp\\x",    "tab\there",   "naïve",
    "größe",      "日本語",         "🚀",           "user=alice@example.com",
    "{}",         "[1,2,3]",        "key=\"a b\"", "trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
    "null",       "%7Bx%7D",        "a|b|c",       "connection reset by peer"};

}  // namespace

LineMaker::LineMaker(std::string run, uint64_t seed, std::string_view shapes)
    : run_(std::move(run)), engine_(seed) {
  while (pool_.size() < kPoolBytes + kMaxPayloadBytes) {
    pool_ += kWords[Draw(std::size(kWords))];
    pool_ += ' ';
  }
  if (shapes.empty()) shapes = "text,json,message,duplicate,broken,forged,long";
  const std::pair<std::string_view, std::pair<Shape, int>> known[] = {
      {"text", {Shape::kText, 54}},      {"json", {Shape::kJson, 36}},
      {"message", {Shape::kMessage, 5}}, {"duplicate", {Shape::kDuplicate, 2}},
      {"broken", {Shape::kBroken, 2}},   {"forged", {Shape::kForged, 1}}};
  while (!shapes.empty()) {
    const std::string_view name = shapes.substr(0, shapes.find(','));
    shapes.remove_prefix(std::min(name.size() + 1, shapes.size()));
    if (name == "long") {
      long_lines_ = true;
      continue;
    }
    const auto* const found = std::find_if(std::begin(known), std::end(known),
                                           [&](const auto& one) { return one.first == name; });
    valid_ = valid_ && found != std::end(known);
    if (found == std::end(known)) continue;
    shapes_.insert(shapes_.end(), static_cast<size_t>(found->second.second), found->second.first);
  }
  if (shapes_.empty()) shapes_.push_back(Shape::kText);
}

void LineMaker::Append(uint64_t file, uint64_t seq, std::string* out) {
  const Shape shape = shapes_[Draw(shapes_.size())];
  if (shape == Shape::kBroken) out->append(kBrokenJsonPrefix);
  if (shape == Shape::kText || shape == Shape::kBroken) {
    AppendLine(run_, file, seq, Payload(), out);
    return;
  }
  line_.clear();
  AppendLine(run_, file, seq, Payload(), &line_);
  AppendJson(shape, out);
}

void LineMaker::AppendJson(Shape shape, std::string* out) {
  if (shape == Shape::kForged) {
    out->append(
        R"({"kubernetes":{"namespace":"forged","pod":{"name":"forged"}},"@timestamp":"1999-01-01T00:00:00Z",)"
        R"("event.id":"forged","_id":"forged",)");
  } else {
    out->append(R"({"level":"info",)");
  }
  if (shape == Shape::kDuplicate) out->append(R"("level":"warn","at":{"n":1,"n":2},)");
  out->append(shape == Shape::kMessage ? "\"message\":" : "\"msg\":");
  AppendJsonString(line_, out);
  out->append(R"(,"n":)");
  out->append(std::to_string(Draw(1'000'000)));
  out->push_back('}');
}

bool LineMaker::Chance(double probability) {
  return std::uniform_real_distribution<double>(0, 1)(engine_) < probability;
}

std::string_view LineMaker::Payload() {
  uint64_t bytes = Draw(20) == 0 ? Draw(40) : 150 + Draw(300);
  if (long_lines_) {
    const uint64_t roll = Draw(4000);
    if (roll < 30) bytes = 2048 + Draw(6144);
    if (roll == 30) bytes = 20'000 + Draw(kMaxPayloadBytes - 20'000);
  }
  // Both ends move to where a character begins.
  const auto inside = [&](size_t at) { return (static_cast<uint8_t>(pool_[at]) & 0xc0) == 0x80; };
  size_t begin = Draw(kPoolBytes), end = begin + bytes;
  while (begin > 0 && inside(begin)) --begin;
  while (end > begin && inside(end)) --end;
  return std::string_view(pool_).substr(begin, end - begin);
}

}  // namespace tailrace
