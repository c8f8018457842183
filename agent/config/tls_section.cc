#include "agent/config/tls_section.h"

#include <string>

#include "agent/base/strings.h"

namespace tailrace {

std::optional<TlsOptions> LoadTls(MapReader& owner) {
  const YamlNode* node = owner.Take("tls");
  if (node == nullptr) return std::nullopt;
  MapReader reader(owner.context(), *node, node->place(), "\"tls\"");
  TlsOptions options;
  options.ca_file = reader.AbsolutePath("ca_file", "");
  options.cert_file = reader.AbsolutePath("cert_file", "");
  options.key_file = reader.AbsolutePath("key_file", "");
  options.server_name = reader.String("server_name", "");
  options.insecure_skip_verify = reader.Boolean("insecure_skip_verify", false);
  if (options.insecure_skip_verify) {
    reader.context().diagnostics.Warning(
        reader.Take("insecure_skip_verify")->place(),
        {"with \"insecure_skip_verify\" anyone between can read and change what is sent"});
  }
  reader.Finish();
  if (const absl::Status status = options.Validate(); !status.ok()) {
    reader.Error(*node, {FromAbsl(status.message())});
  }
  return options;
}

}  // namespace tailrace
