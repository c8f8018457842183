// `tls`, `proxy_url` and credentials of a sink: what they become, and what is wrong with them.
#include "agent/config/tls_section.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

// LoadText uses the test's own folder, and cuts its name out of what it returns.
std::string OtherFolder() {
  std::string folder = testing::TempDir() + "tls_section_" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  return folder;
}

// A config with one sink, and `keys` on the third line.
std::string WithSink(const std::string& endpoint, const std::string& keys) {
  return std::string(kSources) + kPipelines + "sinks: {out: {type: elasticsearch, endpoints: '" +
         endpoint + "', index: x,\n  " + keys + "}}\n";
}

TEST(TlsSection, EveryKeyArrives) {
  const LoadedText loaded = LoadText(
      WithSink("https://es:9200", "tls: {server_name: es.test, insecure_skip_verify: true}"));
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  TlsOptions expected;
  expected.server_name = "es.test";
  expected.insecure_skip_verify = true;
  EXPECT_EQ(loaded.config->sinks[0].elasticsearch.tls, expected);
  EXPECT_EQ(loaded.warnings, 1U);
  EXPECT_NE(loaded.diagnostics.find("tailrace.yaml:4:53: warning: with \"insecure_skip_verify\" "
                                    "anyone between can read and change what is sent\n"),
            std::string::npos)
      << loaded.diagnostics;
}

TEST(TlsSection, HttpsNeedsNoSection) {
  EXPECT_EQ(LoadText(WithSink("https://es:9200", "")).errors, 0U);
  EXPECT_EQ(LoadText(WithSink("https://es:9200", "tls: {}")).errors, 0U);
}

TEST(TlsSection, WhatIsWrongIsSaid) {
  const std::string folder = OtherFolder();
  WriteFile(folder + "/empty.pem", "no certificate\n");
  WriteFile(folder + "/proxy.password", "hunter2\n");
  const struct {
    std::string endpoint, keys, rendered;  // "FOLDER" stands for the folder.
  } cases[] = {
      {"http://es:9200", "tls: {}",
       "tailrace.yaml:4:8: error: with \"tls\" an endpoint must begin with https://\n"},
      {"https://es:9200", "tls: true",
       "tailrace.yaml:4:8: error: \"tls\": expected a map, got a value\n"},
      {"https://es:9200", "tls: {ca_file: ca.pem}",
       "tailrace.yaml:4:18: error: \"ca_file\": expected an absolute path, such as "
       "/var/log/app.log\n"},
      {"https://es:9200", "tls: {ca_file: FOLDER/none.pem}",
       "tailrace.yaml:4:8: error: tls.ca_file: open FOLDER/none.pem: ENOENT (No such file or "
       "directory)\n"},
      {"https://es:9200", "tls: {ca_file: FOLDER/empty.pem}",
       "tailrace.yaml:4:8: error: tls.ca_file: FOLDER/empty.pem: there is no certificate (PEM) in "
       "it\n"},
      {"https://es:9200", "tls: {cert_file: /x}",
       "tailrace.yaml:4:8: error: \"cert_file\" needs \"key_file\"\n"},
      {"https://es:9200", "tls: {key_file: /x}",
       "tailrace.yaml:4:8: error: \"key_file\" needs \"cert_file\"\n"},
      {"https://es:9200", "tls: {min_version: TLS1.0}",
       "tailrace.yaml:4:9: error: unknown key \"min_version\" in \"tls\""},
      {"http://es:9200", "proxy_url: proxy:3128",
       "tailrace.yaml:4:14: error: \"proxy_url\": proxy: must begin with http://\n"},
      {"http://es:9200", "proxy_url: 'https://proxy:3128'",
       "tailrace.yaml:4:15: error: \"proxy_url\": proxy: spoken to by http only, not by https\n"},
      {"http://es:9200", "proxy_url: 'http://me:${file:FOLDER/proxy.password}%@proxy:1'",
       "tailrace.yaml:4:14: error: \"proxy_url\": proxy: \"%\" before the \"@\" must be followed "
       "by "
       "two hexadecimal digits\n"},
      {"http://es:9200", "proxy_url: 'http://me:${WORD}%@proxy:1'",
       "tailrace.yaml:4:14: error: \"proxy_url\": proxy: \"%\" before the \"@\" must be followed "
       "by "
       "two hexadecimal digits\n"},
      {"http://${WORD}@es:9200", "",
       "tailrace.yaml:3:47: error: \"endpoints\": URL: credentials do not belong here; set user "
       "and password, or api_key\n"},
  };
  for (const auto& c : cases) {
    const auto filled = [&](std::string text) {
      for (size_t at; (at = text.find("FOLDER")) != std::string::npos;) {
        text.replace(at, 6, folder);
      }
      return text;
    };
    const LoadedText loaded = LoadText(WithSink(c.endpoint, filled(c.keys)), {{"WORD", "hunter2"}});
    EXPECT_EQ(loaded.errors, 1U) << loaded.diagnostics;
    const std::string expected = filled(c.rendered);
    EXPECT_EQ(loaded.diagnostics.substr(0, expected.size()), expected);
    EXPECT_EQ(loaded.diagnostics.find("hunter2"), std::string::npos) << loaded.diagnostics;
  }
}

TEST(TlsSection, SecretsAreReadAgainWhenTheirFilesChange) {
  const std::string folder = OtherFolder();
  WriteFile(folder + "/password", "one\n");
  const LoadedText loaded =
      LoadText(WithSink("http://es:9200", "user: u, password: '${file:" + folder +
                                              "/password}', "
                                              "proxy_url: 'http://p:${file:" +
                                              folder + "/password}@proxy:1'"));
  ASSERT_TRUE(loaded.config.has_value()) << loaded.diagnostics;
  ElasticsearchOptions options = loaded.config->sinks[0].elasticsearch;
  EXPECT_EQ(options.credentials.Header({})->Reveal(), "Basic dTpvbmU=");
  EXPECT_EQ(options.proxy_url.Read({})->Reveal(), "http://p:one@proxy:1");
  WriteFile(folder + "/password", "other\n");
  EXPECT_EQ(options.credentials.Header({})->Reveal(), "Basic dTpvdGhlcg==");
  EXPECT_EQ(options.proxy_url.Read({})->Reveal(), "http://p:other@proxy:1");
}

}  // namespace
}  // namespace tailrace
