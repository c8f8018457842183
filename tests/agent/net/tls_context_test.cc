#include "agent/net/tls_context.h"

#include <gtest/gtest.h>

#include "tests/agent/net/tls_fixture.h"

namespace tailrace {
namespace {

class TlsContextTest : public TlsFixture {
 protected:
  const TestAuthority authority_{"Shop CA"};
  const TestCertificate client_certificate_ = authority_.Issue({});
};

TEST_F(TlsContextTest, ABadFileIsNamedWithWhatIsWrongWithIt) {
  const std::string& good_certificate = client_certificate_.certificate;
  const std::string& good_key = client_certificate_.key;
  const std::string damaged = good_certificate.substr(0, good_certificate.size() / 2);
  const struct {
    std::string ca, certificate, key;
    absl::StatusCode code;
    std::string message;  // "FOLDER" stands for the folder.
  } cases[] = {
      {"", "", "", absl::StatusCode::kInvalidArgument,
       "tls.ca_file: FOLDER/ca: there is no certificate (PEM) in it"},
      {good_key, "", "", absl::StatusCode::kInvalidArgument,
       "tls.ca_file: FOLDER/ca: there is no certificate (PEM) in it"},
      {authority_.certificate() + damaged, "", "", absl::StatusCode::kInvalidArgument,
       "tls.ca_file: FOLDER/ca: one of its certificates is damaged"},
      {authority_.certificate(), damaged, good_key, absl::StatusCode::kInvalidArgument,
       "tls.cert_file: FOLDER/cert: one of its certificates is damaged"},
      {authority_.certificate(), good_certificate, "rubbish", absl::StatusCode::kInvalidArgument,
       "tls.key_file: FOLDER/key: there is no private key (PEM) in it"},
      {authority_.certificate(), good_certificate, Encrypted(good_key),
       absl::StatusCode::kInvalidArgument,
       "tls.key_file: FOLDER/key: the key has a passphrase, which an agent cannot be asked for"},
      {authority_.certificate(), good_certificate, authority_.Issue({}).key,
       absl::StatusCode::kInvalidArgument,
       "tls.key_file: FOLDER/key: the key does not belong to the first certificate in FOLDER/cert"},
  };
  for (const auto& c : cases) {
    TlsOptions options;
    options.ca_file = Store("ca", c.ca);
    if (!c.certificate.empty()) options.cert_file = Store("cert", c.certificate);
    if (!c.key.empty()) options.key_file = Store("key", c.key);
    std::string message = c.message;
    for (size_t at; (at = message.find("FOLDER")) != std::string::npos;) {
      message.replace(at, 6, folder_);
    }
    const absl::Status status = CheckTlsFiles(options);
    EXPECT_EQ(status.code(), c.code);
    EXPECT_EQ(FromAbsl(status.message()), message);
  }
}

TEST_F(TlsContextTest, AMissingFileIsNamed) {
  TlsOptions options;
  options.ca_file = folder_ + "/none";
  EXPECT_EQ(CheckTlsFiles(options).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FromAbsl(CheckTlsFiles(options).message()),
            "tls.ca_file: open " + folder_ + "/none: ENOENT (No such file or directory)");
  options.ca_file = folder_;
  EXPECT_EQ(FromAbsl(CheckTlsFiles(options).message()),
            "tls.ca_file: open " + folder_ + ": not a regular file");
}

TEST_F(TlsContextTest, GoodFilesAndNoFilesAreTaken) {
  EXPECT_EQ(CheckTlsFiles({}), absl::OkStatus());
  TlsOptions options;
  options.ca_file = Store("ca", "# a comment\n" + authority_.certificate() + "# the end\n");
  options.cert_file = Store("cert", client_certificate_.certificate + authority_.certificate());
  options.key_file = Store("key", client_certificate_.key);
  EXPECT_EQ(CheckTlsFiles(options), absl::OkStatus());
}

TEST_F(TlsContextTest, TheGenerationGrowsWhenAFileIsReplacedAndOnlyThen) {
  TlsOptions options;
  options.ca_file = Store("ca", authority_.certificate());
  TlsContext context(options);
  MonotonicTime now{};
  ASSERT_TRUE(context.Current(now).ok());
  const uint64_t first = context.Generation(now);
  EXPECT_EQ(context.Generation(now += std::chrono::seconds(5)), first);
  Store("ca", "rubbish");
  EXPECT_EQ(context.Generation(now += std::chrono::seconds(5)), first);
  EXPECT_TRUE(context.Current(now).ok());
  Store("ca", TestAuthority("New CA").certificate());
  EXPECT_EQ(context.Generation(now), first) << "looked again within a second";
  EXPECT_EQ(context.Generation(now += std::chrono::seconds(5)), first + 1);
}

TEST_F(TlsContextTest, WhatWasNeverGoodFailsEachTimeUntilItIs) {
  TlsOptions options;
  options.ca_file = folder_ + "/late";
  TlsContext context(options);
  EXPECT_EQ(context.Current({}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(context.Current({}).status().code(), absl::StatusCode::kNotFound);
  Store("late", authority_.certificate());
  EXPECT_TRUE(context.Current({}).ok());
}

}  // namespace
}  // namespace tailrace
