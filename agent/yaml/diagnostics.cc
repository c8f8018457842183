#include "agent/yaml/diagnostics.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "agent/base/strings.h"
#include "agent/yaml/secret_mask.h"

namespace tailrace {
namespace {

constexpr size_t kMaxExcerptBytes = 200;
// A longer line is no line that anyone wrote; it is not searched for secrets, so not shown either.
constexpr size_t kMaxQuotedLineBytes = 16 << 10;
constexpr size_t kMaxQuotedBytes = 80;
constexpr size_t kMaxListedNames = 20;

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

size_t CharacterStart(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && IsContinuation(text[at])) --at;
  return at;
}

// Writes the shown line and the caret line side by side, character by character, so that tabs and
// masked secrets keep the caret under its character.
class ExcerptWriter {
 public:
  ExcerptWriter(std::string_view line, size_t caret)
      : line_(line), caret_(caret), valid_(FirstInvalidUtf8(line) == std::string_view::npos) {
    begin_ = line.size() > kMaxExcerptBytes && caret > kMaxExcerptBytes / 2
                 ? CharacterStart(line, caret - kMaxExcerptBytes / 2)
                 : 0;
    end_ = CharacterStart(line, std::min(line.size(), begin_ + kMaxExcerptBytes));
  }

  std::string Write() {
    Filler(begin_ > 0);
    const std::vector<TextSpan> secrets = FindSecrets(line_);
    auto secret = secrets.begin();
    for (size_t at = begin_; at < end_; ++at) {
      while (secret != secrets.end() && secret->end <= at) ++secret;
      if (secret == secrets.end() || at < secret->begin) {
        Character(at);
        continue;
      }
      // A caret into the secret stands at its start: how long it is, is nobody's business either.
      const size_t last = std::min(secret->end, end_) - 1;
      shown_ += "***";
      if (caret_ > last) under_ += "   ";
      if (caret_ >= at && caret_ <= last) caret_ = at;
      at = last;
    }
    if (end_ < line_.size()) shown_ += "...";
    return Concat({shown_, "\n", under_, "^\n"});
  }

 private:
  void Filler(bool cut) {
    if (!cut) return;
    shown_ += "...";
    under_ += "   ";
  }

  void Character(size_t at) {
    const char c = line_[at];
    const auto byte = static_cast<uint8_t>(c);
    const bool shows = c == '\t' || (byte >= 0x20 && byte < 0x7F) || (byte >= 0x80 && valid_);
    shown_ += shows ? c : '?';
    if (at < caret_ && !(valid_ && IsContinuation(c))) under_ += c == '\t' ? '\t' : ' ';
  }

  std::string_view line_;
  size_t caret_;
  bool valid_;
  size_t begin_;
  size_t end_;
  std::string shown_;
  std::string under_;
};

std::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kHint:
      break;
  }
  return "hint";
}

}  // namespace

bool Diagnostics::Count(Severity severity) {
  if (severity == Severity::kError) ++errors_;
  if (severity == Severity::kWarning) ++warnings_;
  if (kept_.size() < kMaxKept) return true;
  ++left_out_;
  return false;
}

void Diagnostics::AddAt(Severity severity, Place place,
                        std::initializer_list<std::string_view> message) {
  if (!Count(severity)) return;
  const SourceText& source = *place.source;
  const std::string_view line = source.LineAt(place.offset);
  std::string excerpt;
  if (line.size() <= kMaxQuotedLineBytes) {
    excerpt = ExcerptWriter(line, source.OffsetInLine(place.offset)).Write();
  }
  kept_.push_back({severity, source.name(), source.MarkAt(place.offset), true, Concat(message),
                   std::move(excerpt)});
}

void Diagnostics::AddInFile(Severity severity, std::string_view file,
                            std::initializer_list<std::string_view> message) {
  if (!Count(severity)) return;
  kept_.push_back({severity, std::string(file), Mark{0, 0}, false, Concat(message), ""});
}

void Diagnostics::Error(Place place, std::initializer_list<std::string_view> message) {
  AddAt(Severity::kError, place, message);
}

void Diagnostics::Warning(Place place, std::initializer_list<std::string_view> message) {
  AddAt(Severity::kWarning, place, message);
}

void Diagnostics::Hint(Place place, std::initializer_list<std::string_view> message) {
  AddAt(Severity::kHint, place, message);
}

void Diagnostics::ErrorInFile(std::string_view file,
                              std::initializer_list<std::string_view> message) {
  AddInFile(Severity::kError, file, message);
}

void Diagnostics::HintInFile(std::string_view file,
                             std::initializer_list<std::string_view> message) {
  AddInFile(Severity::kHint, file, message);
}

std::string Diagnostics::Render() const {
  std::vector<size_t> order(kept_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto key = [this](size_t i) {
    const Diagnostic& d = kept_[i];
    return std::tie(d.file, d.mark.line, d.mark.column);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&key](size_t a, size_t b) { return key(a) < key(b); });
  std::string out;
  for (size_t i : order) {
    const Diagnostic& d = kept_[i];
    out += d.file;
    if (d.placed) {
      out += Concat({":", std::to_string(d.mark.line), ":", std::to_string(d.mark.column)});
    }
    out += Concat({": ", NameOf(d.severity), ": ", d.message, "\n", d.excerpt});
  }
  if (left_out_ > 0) out += Concat({"and ", std::to_string(left_out_), " more\n"});
  return out;
}

std::string SuggestName(std::string_view name, const std::vector<std::string_view>& known) {
  if (name.size() > kMaxQuotedBytes) return "";
  const std::string_view nearest = NearestName(name, known.data(), known.size());
  if (!nearest.empty()) return Concat({"; did you mean \"", nearest, "\"?"});
  if (known.empty() || known.size() > kMaxListedNames) return "";
  std::string list = "; known: ";
  for (size_t i = 0; i < known.size(); ++i) {
    if (i > 0) list += ", ";
    list += known[i];
  }
  return list;
}

std::string Quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  const bool cut = text.size() > kMaxQuotedBytes;
  if (cut) text = text.substr(0, CharacterStart(text, kMaxQuotedBytes));
  for (char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += Concat(
          {"\\x", std::string_view(&kHex[byte >> 4], 1), std::string_view(&kHex[byte & 15], 1)});
    } else {
      out += c;
    }
  }
  return out + (cut ? "...\"" : "\"");
}

}  // namespace tailrace
