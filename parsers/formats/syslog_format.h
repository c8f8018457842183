// SyslogFormat takes syslog messages apart, whichever of these they are:
//
//   RFC 5424   <165>1 2003-10-11T22:14:15.003Z host app 8710 ID47 [id a="b"] message
//   RFC 3164   <34>Oct 11 22:14:15 host app[8710]: message         and what is written in the wild
//   either without its priority, as in files; 5424 then without the version, too
//   either behind an octet count, as RFC 6587 frames it on TCP: "65 <34>Oct 11 ..."
//
//   field            from
//   facility         priority: kern, user, mail, ..., local7
//   severity         priority: emerg, alert, crit, err, warning, notice, info, debug
//   version          RFC 5424; a number
//   timestamp        as it was written; the layout "syslog" of TimeLayout reads all of them
//   hostname         absent where the message has none
//   appname          RFC 5424's APP-NAME, RFC 3164's tag
//   procid           a number where it is one, else text
//   msgid            RFC 5424
//   structured_data  RFC 5424; an object of objects, see structured_data.h
//   message          without the blank before it and without a byte order mark; absent where a
//                    message of RFC 5424 has none
//
// What RFC 5424 leaves nil ("-") is no field. Its grammar is held strictly, but for fractions of up
// to nine digits. RFC 3164 describes rather than demands; taken are: a time "Oct 11 22:14:15" with
// or without fraction, year before or behind the day's (Cisco, ASA) and Cisco's sequence number,
// "*" and zone, or one of RFC 3339 (rsyslog); then a host, then a tag. A tag without host is known
// by its colon or its "[pid]". Without a time there is no telling syslog from text: refused.
//
// Threads    One worker's, as every Format.
// Cost       RFC 5424 90 ns a line, 160 with two parameters of structured data; RFC 3164 60
//            (bench/formats_bench).
#pragma once

#include <span>
#include <string_view>

#include "parsers/format.h"
#include "parsers/formats/syslog_rfc5424.h"

namespace tailrace {

struct SyslogOptions {
  // Takes a backslash in structured data that escapes nothing for itself (RFC 5424, section 6.3.3:
  // a Windows path, say). Without, the message is refused, as other strict parsers do.
  bool keep_unknown_escapes = false;
};

class SyslogFormat final : public Format {
 public:
  explicit SyslogFormat(SyslogOptions options = {}) : rfc5424_(options.keep_unknown_escapes) {}

  void Parse(std::span<ParseJob> jobs, ByteArena& arena) override;

 private:
  bool ParseText(std::string_view text, FieldList& fields, ByteArena& arena);
  bool ReadWithoutVersion(const char* at, const char* end, FieldList& fields, ByteArena& arena);

  Rfc5424Reader rfc5424_;
};

}  // namespace tailrace
