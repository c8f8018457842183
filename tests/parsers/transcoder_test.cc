#include "parsers/transcoder.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

using std::string_literals::operator""s;

TEST(Transcoder, EncodingsThatNeedNoneAreAccepted) {
  for (const char* name : {"", "utf-8", "UTF-8", "utf8", "UTF8"}) {
    EXPECT_TRUE(Transcoder::IsUtf8(name)) << name;
    EXPECT_TRUE(Transcoder::Validate(name).ok()) << name;
  }
  EXPECT_FALSE(Transcoder::IsUtf8("utf-16le"));
  EXPECT_FALSE(Transcoder::IsUtf8("latin1"));
}

TEST(Transcoder, EncodingsThatCannotBeReadAreRefused) {
  for (const char* name : {"no-such-encoding", "utf-16", "UTF-32", "UNICODE", "latin1//IGNORE",
                           "UTF-16LE//TRANSLIT", " ", "utf-16le "}) {
    const absl::Status status = Transcoder::Validate(name);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_NE(std::string(status.message()).find(name), std::string::npos) << status;
  }
}

TEST(Transcoder, NewlinesAndByteOrderMarksAreThoseOfTheEncoding) {
  const struct {
    const char* name;
    std::string newline;
    std::string bom;
  } kCases[] = {
      {"utf-16le", "\n\0"s, "\xFF\xFE"},
      {"utf-16be", "\0\n"s, "\xFE\xFF"},
      {"utf-32le", "\n\0\0\0"s, "\xFF\xFE\0\0"s},
      {"utf-32be", "\0\0\0\n"s, "\0\0\xFE\xFF"s},
      {"ISO-8859-1", "\n", ""},
      {"windows-1251", "\n", ""},
      {"SJIS", "\n", ""},
      {"GB18030", "\n", "\x84\x31\x95\x33"},
      {"EUC-KR", "\n", ""},
      {"BIG5", "\n", ""},
      {"KOI8-R", "\n", ""},
      {"IBM037", "\x25", ""},
  };
  for (const auto& c : kCases) {
    const auto transcoder = Transcoder::Open(c.name);
    ASSERT_TRUE(transcoder.ok()) << transcoder.status();
    EXPECT_EQ((*transcoder)->newline(), c.newline) << c.name;
    EXPECT_EQ((*transcoder)->bom(), c.bom) << c.name;
    EXPECT_EQ((*transcoder)->unit_bytes(), c.newline.size()) << c.name;
  }
}

TEST(Transcoder, NewlinesBeginAtMultiplesOfTheUnit) {
  const auto transcoder = *Transcoder::Open("utf-16le");
  // U+0A00 U+0061: the bytes of a newline stand across two units.
  EXPECT_EQ(transcoder->FindNewline("\0\n\0a"s), std::string_view::npos);
  EXPECT_EQ(transcoder->FindNewline("\0\n\0\n\n\0"s), 4u);
  EXPECT_EQ(transcoder->FindNewline(""), std::string_view::npos);
}

TEST(Transcoder, TextsBecomeUtf8) {
  const struct {
    const char* encoding;
    std::string source;
    std::string utf8;
    bool malformed;
  } kCases[] = {
      {"utf-16le", "a\0\xE9\0\xAC\x20\x3D\xD8\0\xDE"s, "aé€😀", false},
      {"utf-16be", "\0a\0\xE9\x20\xAC\xD8\x3D\xDE\0"s, "aé€😀", false},
      {"utf-16le",
       "a\0\x3D\xD8"
       "b\0"s,
       "a\xEF\xBF\xBD"
       "b",
       true},
      {"utf-16le", "\x3D\xD8 \0"s, "\xEF\xBF\xBD ", true},
      {"utf-16le", "\0\xDE!\0"s, "\xEF\xBF\xBD!", true},
      {"utf-16le", "a\0b"s, "a\xEF\xBF\xBD", true},
      {"ISO-8859-1", "\xE9\x80", "é\xC2\x80", false},
      {"windows-1252", "\x80\x81", "€\xEF\xBF\xBD", true},
      {"SJIS", "\x82\xB1\x82\xF1", "こん", false},
      {"SJIS", "\x82", "\xEF\xBF\xBD", true},
      {"GB18030", "\xC4\xE3\x81\x30\x84\x36", "你¥", false},
      // The converter waits for an accent that may follow the last letter.
      {"windows-1258", "a", "a", false},
      {"windows-1258", "a\xCC", "à", false},
      {"TSCII", "\x87", "க்ஷ", false},
  };
  for (const auto& c : kCases) {
    const auto transcoder = *Transcoder::Open(c.encoding);
    std::string out = "before";
    const Transcoder::Converted converted = transcoder->Convert(c.source, 1000, out);
    EXPECT_EQ(out, "before" + c.utf8) << c.encoding;
    EXPECT_EQ(converted.source_bytes, c.source.size()) << c.encoding;
    EXPECT_EQ(converted.malformed, c.malformed) << c.encoding;
  }
}

TEST(Transcoder, ALimitIsMetBetweenCharacters) {
  const auto transcoder = *Transcoder::Open("ISO-8859-1");
  for (size_t limit = 0; limit <= 12; ++limit) {
    std::string out;
    const Transcoder::Converted converted = transcoder->Convert("a\xE9\xE9z\xE9", limit, out);
    const size_t ends[] = {0, 1, 1, 3, 3, 5, 6, 6, 8, 8, 8, 8, 8};
    const size_t sources[] = {0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 5, 5, 5};
    EXPECT_EQ(out.size(), ends[limit]);
    EXPECT_EQ(converted.source_bytes, sources[limit]);
  }
}

}  // namespace
}  // namespace tailrace
