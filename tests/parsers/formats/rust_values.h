// Reads the Rust literals in which VRL's tests say what goes in and what should come out, as far as
// the corpus has them.
//
// Threads    Any.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace tailrace {

// Arguments as they stand in a call: `value: r#"a b"#, format: "%Y"`, or `"a b", format: "%Y"`,
// whose first one is named "value" here. An argument that is no string is left out.
nlohmann::ordered_json ReadArguments(std::string_view text);

// `Ok(value!({a: "x", "b": [1, true]}))`, `Ok(btreemap! {"a" => "x"})`: the value. Expressions are
// kept as strings that begin with kExpression. nullopt for Err(...).
std::optional<nlohmann::ordered_json> ReadWanted(std::string_view text);
inline constexpr std::string_view kExpression = "rust: ";

}  // namespace tailrace
