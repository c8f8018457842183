#include "agent/json/json_dom.h"

#include <simdjson.h>

#include <bit>
#include <string>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

namespace dom = simdjson::dom;

// An element is a document and an index; JsonValue holds the same two, so that its header need not
// know simdjson.
static_assert(sizeof(JsonValue) == sizeof(dom::element));
static_assert(std::is_trivially_copyable_v<dom::element>);

dom::element ElementOf(JsonValue value) { return std::bit_cast<dom::element>(value); }
JsonValue ValueOf(dom::element element) { return std::bit_cast<JsonValue>(element); }

template <typename T>
std::optional<T> As(JsonValue value) {
  if (value.missing()) return std::nullopt;
  T result;
  if (ElementOf(value).get(result) != simdjson::SUCCESS) return std::nullopt;
  return result;
}

}  // namespace

JsonType JsonValue::type() const noexcept {
  if (tape_ == nullptr) return JsonType::kMissing;
  switch (ElementOf(*this).type()) {
    case dom::element_type::NULL_VALUE:
      return JsonType::kNull;
    case dom::element_type::BOOL:
      return JsonType::kBool;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return JsonType::kNumber;
    case dom::element_type::STRING:
      return JsonType::kString;
    case dom::element_type::OBJECT:
      return JsonType::kObject;
    case dom::element_type::ARRAY:
      return JsonType::kArray;
  }
  return JsonType::kMissing;
}

std::optional<bool> JsonValue::AsBool() const noexcept { return As<bool>(*this); }
std::optional<int64_t> JsonValue::AsInt() const noexcept { return As<int64_t>(*this); }
std::optional<double> JsonValue::AsDouble() const noexcept { return As<double>(*this); }
std::optional<std::string_view> JsonValue::AsString() const noexcept {
  return As<std::string_view>(*this);
}

JsonValue JsonValue::Get(std::string_view name) const noexcept {
  const std::optional<dom::object> object = As<dom::object>(*this);
  dom::element element;
  if (!object.has_value() || object->at_key(name).get(element) != simdjson::SUCCESS) return {};
  return ValueOf(element);
}

size_t JsonValue::Size() const noexcept {
  size_t size = 0;
  ForEachElement([&](JsonValue) { ++size; });
  ForEachMember([&](std::string_view, JsonValue) { ++size; });
  return size;
}

void JsonValue::ForEachElement(absl::FunctionRef<void(JsonValue)> use) const {
  const std::optional<dom::array> array = As<dom::array>(*this);
  if (!array.has_value()) return;
  for (dom::element element : *array) use(ValueOf(element));
}

void JsonValue::ForEachMember(absl::FunctionRef<void(std::string_view, JsonValue)> use) const {
  const std::optional<dom::object> object = As<dom::object>(*this);
  if (!object.has_value()) return;
  for (const dom::key_value_pair& member : *object) use(member.key, ValueOf(member.value));
}

class JsonReader::Parser {
 public:
  explicit Parser(size_t max_bytes) : parser(max_bytes) {}
  dom::parser parser;
};

JsonReader::JsonReader(size_t max_bytes)
    : max_bytes_(max_bytes), parser_(std::make_unique<Parser>(max_bytes)) {}

JsonReader::~JsonReader() = default;

absl::StatusOr<JsonValue> JsonReader::Parse(std::string_view text) {
  if (text.size() > max_bytes_) {
    return absl::ResourceExhaustedError(
        ToAbsl(Concat({"parse JSON: ", std::to_string(text.size()), " bytes, over ",
                       std::to_string(max_bytes_)})));
  }
  dom::element root;
  const simdjson::error_code error = parser_->parser.parse(text.data(), text.size()).get(root);
  if (error != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(
        ToAbsl(Concat({"parse JSON: ", simdjson::error_message(error)})));
  }
  return ValueOf(root);
}

}  // namespace tailrace
