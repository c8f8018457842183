#include "agent/net/tls_failure.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr size_t kMaxNameBytes = 200;
constexpr size_t kMaxNames = 5;

std::string Cut(std::string text) {
  if (text.size() > kMaxNameBytes) text = text.substr(0, kMaxNameBytes) + "...";
  return text;
}

// "CN=es,O=Shop", as RFC 2253 writes it.
std::string NameText(const X509_NAME* name) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  std::string text(BIO_ctrl_pending(bio.get()), '\0');
  BIO_read(bio.get(), text.data(), static_cast<int>(text.size()));
  return text.empty() ? "(no name)" : Cut(std::move(text));
}

std::string TimeText(const ASN1_TIME* time) {
  std::tm parts{};
  char text[32] = "?";
  if (time != nullptr && ASN1_TIME_to_tm(time, &parts) == 1) {
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  }
  return text;
}

std::string AlternativeName(const GENERAL_NAME& name) {
  if (name.type == GEN_DNS) {
    const ASN1_STRING* const dns = name.d.dNSName;
    return Cut({reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
                static_cast<size_t>(ASN1_STRING_length(dns))});
  }
  if (name.type != GEN_IPADD) return "";
  const ASN1_STRING* const address = name.d.iPAddress;
  const bool is_ipv6 = ASN1_STRING_length(address) == 16;
  if (!is_ipv6 && ASN1_STRING_length(address) != 4) return "";
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, ASN1_STRING_get0_data(address), text, sizeof text);
  return text;
}

// `"a.test", "10.0.0.1"`, or "no name".
std::string NamesOf(const X509* certificate) {
  std::vector<std::string> names;
  auto* all = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all) && names.size() < kMaxNames; ++i) {
    const std::string name = AlternativeName(*sk_GENERAL_NAME_value(all, i));
    if (!name.empty()) names.push_back(absl::StrCat("\"", name, "\""));
  }
  GENERAL_NAMES_free(all);
  return names.empty() ? "no name" : absl::StrJoin(names, ", ");
}

std::string SelfSigned(const TlsExpectation& expected) {
  return expected.has_ca_file
             ? "is self-signed and not in tls.ca_file: add it there if it is the right one"
             : "is self-signed: name it in tls.ca_file if it is the right one";
}

std::string UnknownAuthority(const X509* certificate, const TlsExpectation& expected) {
  return absl::StrCat(
      "comes from an unknown authority, \"", NameText(X509_get_issuer_name(certificate)),
      "\": ", expected.has_ca_file ? "add" : "name", " that authority's certificate ",
      expected.has_ca_file ? "to" : "in", " tls.ca_file");
}

std::string WhatIsWrong(int error, const X509* certificate, const TlsExpectation& expected) {
  switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return absl::StrCat("is for ", NamesOf(certificate), ", not for \"", expected.name,
                          "\": connect by a name that it has, or set tls.server_name to one");
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return absl::StrCat("expired at ", TimeText(X509_get0_notAfter(certificate)),
                          ": it must be renewed");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return absl::StrCat("is not valid before ", TimeText(X509_get0_notBefore(certificate)),
                          ": check the clocks of both sides");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return SelfSigned(expected);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return UnknownAuthority(certificate, expected);
    case X509_V_ERR_INVALID_PURPOSE:
      return "is not meant for a server: it must allow serverAuth";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return absl::StrCat("is too weak (", X509_verify_cert_error_string(error),
                          "): it must be made anew with a longer key or a newer hash");
    default:
      return absl::StrCat("cannot be verified: ", X509_verify_cert_error_string(error));
  }
}

std::string OpenSslText(unsigned long error) {
  const char* const reason = ERR_reason_error_string(error);
  return reason == nullptr ? absl::StrCat("OpenSSL error ", error) : std::string(reason);
}

bool IsAboutOurCertificate(int reason) {
  switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::Status DescribeBadCertificate(const x509_store_ctx_st& store,
                                    const TlsExpectation& expected) {
  // OpenSSL's getters take no const; they change nothing.
  auto* const context = const_cast<X509_STORE_CTX*>(&store);
  const X509* const certificate = X509_STORE_CTX_get_current_cert(context);
  const int error = X509_STORE_CTX_get_error(context);
  if (certificate == nullptr) {
    return absl::UnauthenticatedError(absl::StrCat(
        "TLS: the peer's certificate cannot be verified: ", X509_verify_cert_error_string(error)));
  }
  const int depth = X509_STORE_CTX_get_error_depth(context);
  return absl::UnauthenticatedError(
      absl::StrCat("TLS: the ", depth == 0 ? "peer's certificate" : "authority's certificate",
                   " \"", NameText(X509_get_subject_name(certificate)), "\" ",
                   WhatIsWrong(error, certificate, expected)));
}

absl::Status DescribeTlsError(unsigned long error, const TlsExpectation& expected) {
  const int reason = ERR_GET_REASON(error);
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && IsAboutOurCertificate(reason)) {
    return absl::UnauthenticatedError(absl::StrCat(
        "TLS: the peer ",
        expected.has_certificate ? "does not take the client's certificate"
                                 : "wants a certificate of the client",
        " (", OpenSslText(error), "): ",
        expected.has_certificate ? "check tls.cert_file" : "set tls.cert_file and tls.key_file"));
  }
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason == SSL_R_WRONG_VERSION_NUMBER) {
    return absl::FailedPreconditionError(
        "TLS: the peer does not speak TLS there: is it an http:// address?");
  }
  if (ERR_GET_LIB(error) == ERR_LIB_SSL &&
      (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)) {
    return absl::FailedPreconditionError("TLS: the peer speaks no TLS 1.2 or later");
  }
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE) {
    return absl::FailedPreconditionError(
        absl::StrCat("TLS: the peer refuses the handshake: no cipher in common",
                     expected.has_certificate ? "" : ", or it wants a certificate of the client"));
  }
  return absl::UnavailableError(absl::StrCat("TLS: ", OpenSslText(error)));
}

}  // namespace tailrace
