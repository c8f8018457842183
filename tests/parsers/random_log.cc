#include "tests/parsers/random_log.h"

#include <cstdio>

namespace tailrace {

size_t RandomLog::DrawLength() {
  if (OneIn(4)) return max_line_bytes_ + Draw(5) - 2;
  if (OneIn(12)) return max_line_bytes_ * (2 + Draw(20));
  return Draw(20);
}

std::string RandomLog::Content() {
  std::string content;
  if (OneIn(10)) content.append(OneIn(2) ? 62 + Draw(5) : Draw(400), '\0');
  if (OneIn(20)) content += "\xEF\xBB\xBF";
  const size_t length = DrawLength();
  const bool text = !OneIn(5);
  while (content.size() < length) {
    if (text && OneIn(6)) {
      content += OneIn(2) ? "\xC3\xA9" : "\xF0\x9F\x98\x80";
    } else {
      const char byte = static_cast<char>(text ? 'a' + Draw(26) : Draw(256));
      content += byte == '\n' ? '\r' : byte;
    }
  }
  while (OneIn(6)) content += '\r';
  return content;
}

std::string RandomLog::Time() {
  char text[64];
  const int nanos = static_cast<int>(Draw(1'000'000'000));
  std::snprintf(text, sizeof(text), "2026-01-02T03:%02d:%02d.%09d", static_cast<int>(Draw(3)),
                static_cast<int>(Draw(OneIn(20) ? 70 : 60)), nanos);
  std::string time = text;
  if (OneIn(4)) time.resize(time.size() - Draw(11));
  return time + (OneIn(4) ? "+02:00" : "Z");
}

std::string RandomLog::CriText() {
  if (OneIn(12)) return Content();
  std::string line = Time() + (OneIn(2) ? " stdout" : " stderr") + (OneIn(2) ? " F" : " P");
  if (OneIn(10)) line += ":tag";
  if (OneIn(30)) return line;
  return line + " " + Content();
}

std::string RandomLog::DockerText() {
  if (OneIn(12)) return Content();
  std::string log;
  for (const char byte : Content()) {
    char escaped[8];
    std::snprintf(escaped, sizeof(escaped), "\\u%04x", static_cast<unsigned char>(byte));
    const bool plain = byte != '"' && byte != '\\' && static_cast<unsigned char>(byte) >= 0x20;
    if (plain && !OneIn(30)) {
      log += byte;
    } else {
      log += escaped;
    }
  }
  if (OneIn(8)) log += "\\r";
  if (OneIn(2)) log += "\\n";
  std::string line = "{\"log\":\"" + log + "\"";
  if (!OneIn(8)) line += OneIn(2) ? ",\"stream\":\"stdout\"" : ",\"stream\":\"stderr\"";
  if (!OneIn(8)) line += ",\"time\":\"" + Time() + "\"";
  return line + (OneIn(30) ? "" : "}");
}

std::string RandomLog::Make(size_t lines) {
  std::string log;
  if (OneIn(3)) log += "\xEF\xBB\xBF";
  for (size_t i = 0; i < lines; ++i) {
    if (OneIn(15)) log.append(Draw(200), '\0');
    switch (format_) {
      case FileFormat::kRaw:
        log += Content();
        break;
      case FileFormat::kCri:
        log += CriText();
        break;
      case FileFormat::kDocker:
        log += DockerText();
        break;
    }
    log += '\n';
  }
  if (OneIn(3)) log.resize(log.size() - 1 - Draw(log.size() / 2));
  return log;
}

}  // namespace tailrace
