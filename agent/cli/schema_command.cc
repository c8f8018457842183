#include <algorithm>
#include <cstdio>

#include "agent/base/check.h"
#include "agent/cli/commands.h"
#include "parsers/patterns/embedded_files.h"

namespace tailrace {

int PrintSchema() {
  const std::span<const EmbeddedFile> files = EmbeddedFiles();
  const auto schema = std::find_if(files.begin(), files.end(), [](const EmbeddedFile& file) {
    return file.path == "conf/schema.json";
  });
  CHECK(schema != files.end());
  std::fwrite(schema->text.data(), 1, schema->text.size(), stdout);
  return kExitOk;
}

}  // namespace tailrace
