// Secret holds a password, a key or a header made from one, and never shows it: what prints a
// Secret gets "***", and the bytes are overwritten when it goes.
//
// Threads    A plain value.
// Failure    Only Reveal gives the text out. What is made from it is a secret as well: hold it in a
//            Secret, and put it into no Status, log, metric or description.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace tailrace {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  // A short string is copied by a move, so the source is wiped as well.
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.Wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) *this = Secret(other);
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    value_.swap(other.value_);
    other.Wipe();
    return *this;
  }
  ~Secret() { Wipe(); }

  std::string_view Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return out << (secret.empty() ? "" : "***");
  }

 private:
  void Wipe() noexcept;

  std::string value_;
};

}  // namespace tailrace
