// A piece of a YAML file as JSON, by YAML's core schema: what a document that somebody expects
// looks like.
//
//   {status: 200, ok: true, id: "007", tags: [a]}  ->
//   {"status":200,"ok":true,"id":"007","tags":["a"]}
//
// Threads    Any.
#pragma once

#include <string>

#include "agent/yaml/yaml_node.h"

namespace tailrace {

// Plain scalars that JSON would spell the same are numbers, true, false or null; all others are
// strings.
std::string JsonOfYaml(const YamlNode& node);

}  // namespace tailrace
