#include "agent/json/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tailrace {
namespace {

TEST(JsonWriter, SeparatesMembersAndElements) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("a").BeginArray().Int(-1).Uint(2).Bool(true).Null().EndArray();
  json.Key("b\n").String("x\"\xff").Key("c").BeginObject().EndObject();
  json.Key("d").Raw("{\"e\":1}").Key("f").BeginArray().EndArray().EndObject();
  EXPECT_EQ(out,
            "{\"a\":[-1,2,true,null],\"b\\n\":\"x\\\"\xef\xbf\xbd\",\"c\":{},\"d\":{\"e\":1},"
            "\"f\":[]}");
}

TEST(JsonWriter, WritesNumbersThatReadBackAsTheSame) {
  std::string out;
  JsonWriter json(&out);
  json.BeginArray()
      .Int(std::numeric_limits<int64_t>::min())
      .Uint(std::numeric_limits<uint64_t>::max())
      .Double(0.1)
      .Double(1e300)
      .Double(-0.0)
      .Double(std::nan(""))
      .Double(-INFINITY)
      .EndArray();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,0.1,1e+300,-0,null,null]");
}

}  // namespace
}  // namespace tailrace
