#include "agent/enrich/csv_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tailrace {
namespace {

std::string FindIn(const CsvTable& table, std::string_view key, size_t columns) {
  std::vector<LookupValue> values(columns);
  if (table.Find(key, values) != TableResult::kFound) return "none";
  std::string text;
  for (const LookupValue& value : values) {
    text += value.found ? std::string(value.text) + "|" : "-|";
  }
  return text;
}

struct CsvCase {
  const char* text;
  const char* key_column;
  const char* key;
  const char* found;  // The columns b and c.
};

const CsvCase kTables[] = {
    {"a,b,c\n1,x,y\n2,z,w\n", "", "2", "z|w|"},
    {"a,b,c\n1,x,y", "", "1", "x|y|"},
    {"\xef\xbb\xbf"
     "a,b,c\r\n\r\n1,x,y\r\n\n2,z,w\r\n",
     "", "2", "z|w|"},
    {"a,b,c\n1,\"x,\"\"q\"\"\",\"two\nlines\"\n2,z,w\n", "", "1", "x,\"q\"|two\nlines|"},
    {"c,b,a\nx,1,y\n", "b", "1", "1|x|"},
    {"a,b,c\n1,,\"\"\n", "", "1", "-|-|"},
    {"a,b,c\n1,x,y\n1,second,row\n", "", "1", "x|y|"},
    {"a,b,c\n1,x,y\n", "", "3", "none"},
    {"a,b,c\n,x,y\n", "", "", "x|y|"},
    {"a,b,c\n", "", "1", "none"},
    {"a,b,c\n1, x ,y\ty\n", "", "1", " x |y\ty|"},
    {"a,b,c\n1,x\"x,y\n", "", "1", "x\"x|y|"},
};

TEST(CsvTable, FindsTheCellsOfTheRowWithTheKey) {
  const std::vector<std::string> columns = {"b", "c"};
  for (const CsvCase& test : kTables) {
    const absl::StatusOr<CsvTable> table = CsvTable::Parse(test.text, test.key_column, columns);
    ASSERT_TRUE(table.ok()) << table.status() << test.text;
    EXPECT_EQ(FindIn(*table, test.key, 2), test.found) << test.text;
  }
}

struct BadCsv {
  const char* text;
  const char* key_column;
  const char* message;
};

const BadCsv kBad[] = {
    {"", "", "no row that names the columns"},
    {"\n\n", "", "no row that names the columns"},
    {"a,b\n1,2\n1\n", "", "line 3: 1 cells, and the first row has 2"},
    {"a,b\n1,2,3\n", "", "line 2: 3 cells, and the first row has 2"},
    {"a,b\n1,\"x\n2,y\n", "", "line 2: a quote that never ends"},
    {"a,b\n1,\"x\"y\n", "", "line 2: text behind a cell in quotes"},
    {"b,b\n", "", "line 1: two columns are named \"b\""},
    {"a,x\n1,2\n", "", "there is no column \"b\"; known: a, x"},
    {"a,b\n1,2\n", "k", "there is no column \"k\"; known: a, b"},
};

TEST(CsvTable, SaysWhatIsWrongAndInWhichLine) {
  const std::vector<std::string> columns = {"b"};
  for (const BadCsv& test : kBad) {
    const absl::Status status = CsvTable::Parse(test.text, test.key_column, columns).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << test.text;
    EXPECT_EQ(status.message(), test.message) << test.text;
  }
}

TEST(CsvTable, HoldsManyRows) {
  std::string text = "key,b\n";
  for (int i = 0; i < 100'000; ++i) {
    text += "k" + std::to_string(i) + ",v" + std::to_string(i) + "\n";
  }
  const std::vector<std::string> columns = {"b"};
  const absl::StatusOr<CsvTable> table = CsvTable::Parse(text, "", columns);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->rows(), 100'000);
  EXPECT_EQ(FindIn(*table, "k99999", 1), "v99999|");
}

}  // namespace
}  // namespace tailrace
