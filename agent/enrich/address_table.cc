#include "agent/enrich/address_table.h"

#include <arpa/inet.h>
#include <maxminddb.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <system_error>

#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// The longest text of an address: eight groups with an IPv4 one at the end, and a terminator.
constexpr size_t kAddressBytesMax = INET6_ADDRSTRLEN;

std::optional<sockaddr_storage> ParseAddress(std::string_view text) {
  std::array<char, kAddressBytesMax + 1> terminated{};
  if (text.empty() || text.size() > kAddressBytesMax) return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());
  sockaddr_storage storage{};
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&storage);
  if (inet_pton(AF_INET, terminated.data(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    return storage;
  }
  in6_addr address;
  if (inet_pton(AF_INET6, terminated.data(), &address) != 1) return std::nullopt;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    std::memcpy(&v4->sin_addr, &address.s6_addr[12], sizeof(v4->sin_addr));
    v4->sin_family = AF_INET;
    return storage;
  }
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  v6->sin6_family = AF_INET6;
  v6->sin6_addr = address;
  return storage;
}

template <typename Number>
LookupValue NumberValue(Number number, ByteArena& arena) {
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return {};
  return {arena.Copy({text.data(), static_cast<size_t>(end - text.data())}), FieldKind::kNumber,
          true};
}

LookupValue ValueOf(const MMDB_entry_data_s& data, ByteArena& arena) {
  switch (data.type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
      return {arena.Copy({data.utf8_string, data.data_size}), FieldKind::kText, true};
    case MMDB_DATA_TYPE_DOUBLE:
      return std::isfinite(data.double_value) ? NumberValue(data.double_value, arena)
                                              : LookupValue{};
    case MMDB_DATA_TYPE_FLOAT:
      return std::isfinite(data.float_value) ? NumberValue(data.float_value, arena) : LookupValue{};
    case MMDB_DATA_TYPE_UINT16:
      return NumberValue(data.uint16, arena);
    case MMDB_DATA_TYPE_UINT32:
      return NumberValue(data.uint32, arena);
    case MMDB_DATA_TYPE_INT32:
      return NumberValue(data.int32, arena);
    case MMDB_DATA_TYPE_UINT64:
      return NumberValue(data.uint64, arena);
    case MMDB_DATA_TYPE_BOOLEAN:
      return {arena.Copy(data.boolean ? "true" : "false"),
              data.boolean ? FieldKind::kTrue : FieldKind::kFalse, true};
    default:
      return {};
  }
}

}  // namespace

void AddressTable::Closer::operator()(MMDB_s* database) const {
  MMDB_close(database);
  delete database;
}

absl::StatusOr<AddressTable> AddressTable::Open(const std::string& file,
                                                std::span<const std::string> paths) {
  auto opened = std::make_unique<MMDB_s>();
  const int result = MMDB_open(file.c_str(), MMDB_MODE_MMAP, opened.get());
  if (result != MMDB_SUCCESS) {
    const std::string message = Concat({"open ", file, ": ", MMDB_strerror(result)});
    return result == MMDB_FILE_OPEN_ERROR ? absl::NotFoundError(message)
                                          : absl::InvalidArgumentError(message);
  }
  AddressTable table;
  table.database_.reset(opened.release());
  for (std::string_view path : paths) {
    auto split = std::make_unique<Path>();
    while (true) {
      const size_t dot = path.find('.');
      split->segments.emplace_back(path.substr(0, dot));
      if (dot == std::string_view::npos) break;
      path.remove_prefix(dot + 1);
    }
    for (const std::string& segment : split->segments) split->pointers.push_back(segment.c_str());
    split->pointers.push_back(nullptr);
    table.paths_.push_back(std::move(split));
  }
  return table;
}

TableResult AddressTable::Find(std::string_view address, std::span<LookupValue> values,
                               ByteArena& arena) const {
  const std::optional<sockaddr_storage> parsed = ParseAddress(address);
  if (!parsed) return TableResult::kBadKey;
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s found =
      MMDB_lookup_sockaddr(database_.get(), reinterpret_cast<const sockaddr*>(&*parsed), &error);
  // The error is that of an IPv6 address in a database of IPv4, or of a broken file.
  if (error != MMDB_SUCCESS || !found.found_entry) return TableResult::kUnknown;
  for (size_t i = 0; i < paths_.size(); ++i) {
    MMDB_entry_data_s data;
    const int status = MMDB_aget_value(&found.entry, &data, paths_[i]->pointers.data());
    values[i] = status == MMDB_SUCCESS && data.has_data ? ValueOf(data, arena) : LookupValue{};
  }
  return TableResult::kFound;
}

}  // namespace tailrace
