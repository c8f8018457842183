#include "agent/config/tls_section.h"

#include <string>

#include "agent/base/strings.h"
#include "agent/net/tls_context.h"

namespace tailrace {

std::optional<TlsOptions> LoadTls(MapReader& owner) {
  const YamlNode* node = owner.Take("tls");
  if (node == nullptr) return std::nullopt;
  const size_t errors_before = owner.context().diagnostics.errors();
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
  // Not when a path is wrong already.
  if (reader.context().diagnostics.errors() > errors_before) return options;
  absl::Status status = options.Validate();
  if (status.ok()) status = CheckTlsFiles(options);
  if (!status.ok()) reader.Error(*node, {FromAbsl(status.message())});
  return options;
}

}  // namespace tailrace
