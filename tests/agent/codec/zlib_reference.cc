#include "tests/agent/codec/zlib_reference.h"

#include <zlib.h>

#include <random>

namespace tailrace {

std::string ZlibGzip(std::string_view input, int level, const char* name) {
  z_stream stream{};
  constexpr int kGzip = 16;
  if (deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + kGzip, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    return "zlib: init";
  }
  gz_header header{};
  header.name = reinterpret_cast<Bytef*>(const_cast<char*>(name));
  if (name != nullptr) deflateSetHeader(&stream, &header);
  std::string output(deflateBound(&stream, input.size()) + 300, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  const int result = deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  return result == Z_STREAM_END ? output : "zlib: deflate";
}

std::string ZlibGunzip(std::string_view input) {
  std::string output;
  while (!input.empty()) {
    z_stream stream{};
    if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) return "zlib: init";
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = static_cast<uInt>(input.size());
    int result = Z_OK;
    char piece[4096];
    while (result == Z_OK) {
      stream.next_out = reinterpret_cast<Bytef*>(piece);
      stream.avail_out = sizeof piece;
      result = inflate(&stream, Z_NO_FLUSH);
      output.append(piece, sizeof piece - stream.avail_out);
    }
    input.remove_prefix(input.size() - stream.avail_in);
    inflateEnd(&stream);
    if (result != Z_STREAM_END) return "zlib: inflate";
  }
  return output;
}

std::string LogText(size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < bytes) {
    text += "2026-01-01T00:00:00." + std::to_string(random() % 1000000) +
            "Z stdout F {\"level\":\"info\",\"path\":\"/cart/" + std::to_string(random() % 5000) +
            "\",\"status\":" + std::to_string(200 + random() % 300) + "}\n";
  }
  text.resize(bytes);
  return text;
}

std::string Noise(size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string noise(bytes, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  return noise;
}

std::vector<std::string> Payloads() {
  std::vector<std::string> payloads = {"", "a", "ab\n", std::string(100000, 'x')};
  for (size_t bytes : {7, 8, 9, 1000, 65534, 65535, 65536, 65537, 131070, 1000000}) {
    payloads.push_back(LogText(bytes, 1));
    payloads.push_back(Noise(bytes, 2));
  }
  payloads.push_back(LogText(50000, 3) + Noise(50000, 4) + std::string(50000, '\0'));
  return payloads;
}

}  // namespace tailrace
