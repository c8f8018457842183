// A text through every fixed format: what is refused leaves no field, what is JSON is JSON, and
// nothing beyond the padding is read.
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "parsers/formats/csv_format.h"
#include "parsers/formats/json_format.h"
#include "parsers/formats/key_value_format.h"
#include "parsers/formats/klog_format.h"
#include "parsers/formats/logfmt_format.h"
#include "parsers/formats/syslog_format.h"
#include "tests/fuzz/field_checks.h"

namespace tailrace {
namespace {

const std::array<std::unique_ptr<Format>, 9>& Formats() {
  static const std::array<std::unique_ptr<Format>, 9> formats = {
      std::make_unique<JsonFormat>(),
      std::make_unique<LogfmtFormat>(),
      std::make_unique<KlogFormat>(),
      std::make_unique<SyslogFormat>(),
      std::make_unique<SyslogFormat>(SyslogOptions{.keep_unknown_escapes = true}),
      std::make_unique<KeyValueFormat>(KeyValueOptions{}),
      std::make_unique<KeyValueFormat>(
          KeyValueOptions{.pair_separator = ",", .value_separator = ":", .quotes = "\"'"}),
      std::make_unique<CsvFormat>(CsvOptions{}),
      std::make_unique<CsvFormat>(CsvOptions{.columns = {"a", "", "b"}, .delimiter = ";"})};
  return formats;
}

void RunOne(Format& format, std::string_view text) {
  const PaddedText padded(text);
  ByteArena arena;
  FieldList fields = {{.name = "before", .value = "x"}};
  ParseJob job{.text = padded.view(), .fields = &fields};
  format.Parse({&job, 1}, arena);
  CHECK(!fields.empty() && fields[0].value == "x");
  CHECK(job.parsed || fields.size() == 1);
  CheckFields(fields);
}

}  // namespace
}  // namespace tailrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& format : tailrace::Formats()) tailrace::RunOne(*format, text);
  return 0;
}
