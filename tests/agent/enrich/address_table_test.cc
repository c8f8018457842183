#include "agent/enrich/address_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/agent/enrich/network_database.h"

namespace tailrace {
namespace {

using Database = NetworkDatabase;

std::string WriteFile(const std::string& name, const std::string& bytes) {
  const std::string path = testing::TempDir() + "/address_table_" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string TestDatabase() {
  Database database;
  const auto names = Database::Map({{"en", Database::Text("Paris")}});
  database.Add("192.0.2.0", 24,
               Database::Map({{"country", Database::Map({{"iso_code", Database::Text("FR")}})},
                              {"city", Database::Map({{"names", names}})},
                              {"location", Database::Map({{"latitude", Database::Double(48.85)}})},
                              {"regions", Database::List({Database::Text("IDF")})},
                              {"asn", Database::Uint32(64500)},
                              {"eu", Database::Bool(true)}}));
  database.Add("2001:db8::", 32,
               Database::Map({{"country", Database::Map({{"iso_code", Database::Text("DE")}})}}));
  return database.Bytes();
}

const std::vector<std::string> kPaths = {"country.iso_code", "city.names.en", "location.latitude",
                                         "regions.0",        "asn",           "eu",
                                         "country",          "none.at.all"};

struct AddressCase {
  const char* address;
  TableResult result;
  const char* country;
};

const AddressCase kAddresses[] = {
    {"192.0.2.7", TableResult::kFound, "FR"},
    {"::ffff:192.0.2.7", TableResult::kFound, "FR"},
    {"2001:db8::1", TableResult::kFound, "DE"},
    {"2001:DB8:0:0:0:0:0:1", TableResult::kFound, "DE"},
    {"192.0.3.1", TableResult::kUnknown, ""},
    {"2001:db9::1", TableResult::kUnknown, ""},
    {"", TableResult::kBadKey, ""},
    {"192.0.2", TableResult::kBadKey, ""},
    {"192.0.2.7:80", TableResult::kBadKey, ""},
    {"192.0.2.07.1", TableResult::kBadKey, ""},
    {"[2001:db8::1]", TableResult::kBadKey, ""},
    {"localhost", TableResult::kBadKey, ""},
    {"192.0.2.7192.0.2.7192.0.2.7192.0.2.7192.0.2.7192.0.2.7", TableResult::kBadKey, ""},
};

TEST(AddressTable, FindsTheNetworkOfAnAddress) {
  const absl::StatusOr<AddressTable> table =
      AddressTable::Open(WriteFile("networks.mmdb", TestDatabase()), kPaths);
  ASSERT_TRUE(table.ok()) << table.status();
  for (const AddressCase& test : kAddresses) {
    ByteArena arena;
    std::vector<LookupValue> values(kPaths.size());
    EXPECT_EQ(table->Find(test.address, values, arena), test.result) << test.address;
    EXPECT_EQ(values[0].text, test.country) << test.address;
  }
}

TEST(AddressTable, GivesValuesTheirTypes) {
  const absl::StatusOr<AddressTable> table =
      AddressTable::Open(WriteFile("types.mmdb", TestDatabase()), kPaths);
  ASSERT_TRUE(table.ok()) << table.status();
  ByteArena arena;
  std::vector<LookupValue> values(kPaths.size());
  ASSERT_EQ(table->Find("192.0.2.1", values, arena), TableResult::kFound);
  std::string seen;
  for (const LookupValue& value : values) {
    seen += value.found ? std::string(value.text) + "/" + std::to_string(int(value.kind)) : "-";
    seen += " ";
  }
  EXPECT_EQ(seen, "FR/0 Paris/0 48.85/2 IDF/0 64500/2 true/3 - - ");
}

TEST(AddressTable, SaysWhyAFileIsNoDatabase) {
  EXPECT_EQ(AddressTable::Open(testing::TempDir() + "/none.mmdb", {}).status().code(),
            absl::StatusCode::kNotFound);
  for (const std::string& bytes : {std::string("text"), TestDatabase().substr(0, 100)}) {
    EXPECT_EQ(AddressTable::Open(WriteFile("bad.mmdb", bytes), {}).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(AddressTable, StandsADatabaseWhoseDataAreBroken) {
  std::string bytes = TestDatabase();
  const size_t marker = bytes.find("\xab\xcd\xefMaxMind.com");
  for (size_t at = 0; at < marker; at += 7) {
    std::string broken = bytes;
    for (size_t i = at; i < std::min(at + 3, marker); ++i) broken[i] = '\xff';
    const absl::StatusOr<AddressTable> table =
        AddressTable::Open(WriteFile("broken.mmdb", broken), kPaths);
    if (!table.ok()) continue;
    ByteArena arena;
    std::vector<LookupValue> values(kPaths.size());
    EXPECT_NE(table->Find("192.0.2.1", values, arena), TableResult::kBadKey) << at;
  }
}

}  // namespace
}  // namespace tailrace
