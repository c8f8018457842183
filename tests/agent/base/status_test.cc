#include "agent/base/status.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

TEST(ErrnoStatus, CodeFitsTheErrno) {
  using absl::StatusCode;
  const std::pair<int, StatusCode> cases[] = {
      {ENOENT, StatusCode::kNotFound},          {ENOTDIR, StatusCode::kNotFound},
      {EEXIST, StatusCode::kAlreadyExists},     {EACCES, StatusCode::kPermissionDenied},
      {EPERM, StatusCode::kPermissionDenied},   {EXDEV, StatusCode::kPermissionDenied},
      {EROFS, StatusCode::kPermissionDenied},   {ENOSPC, StatusCode::kResourceExhausted},
      {EMFILE, StatusCode::kResourceExhausted}, {ENOMEM, StatusCode::kResourceExhausted},
      {ELOOP, StatusCode::kInvalidArgument},    {EAGAIN, StatusCode::kUnavailable},
      {ECONNRESET, StatusCode::kUnavailable},   {EIO, StatusCode::kInternal},
  };
  for (const auto& [error_number, code] : cases) {
    EXPECT_EQ(ErrnoStatus(error_number, "open /a").code(), code) << error_number;
  }
}

TEST(ErrnoStatus, MessageSaysWhatWasTriedAndTheErrnosName) {
  EXPECT_EQ(FromAbsl(ErrnoStatus(EACCES, "open /var/log/a").message()),
            "open /var/log/a: EACCES (Permission denied)");
}

TEST(ErrnoStatus, NumberWithoutANameIsShownAsANumber) {
  EXPECT_EQ(FromAbsl(ErrnoStatus(98'765, "read").message()), "read: errno 98765 (unknown)");
}

TEST(Annotate, PutsTheContextBeforeTheMessageAndKeepsTheCode) {
  const absl::Status status = Annotate(absl::NotFoundError("no such key"), "sinks.es");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FromAbsl(status.message()), "sinks.es: no such key");
}

TEST(Annotate, OkStaysOk) { EXPECT_TRUE(Annotate(absl::OkStatus(), "context").ok()); }

absl::Status TwoSteps(const absl::Status& first, int& steps) {
  RETURN_IF_ERROR(first);
  ++steps;
  return absl::OkStatus();
}

TEST(ReturnIfError, StopsAtAnErrorAndOnlyThere) {
  int steps = 0;
  EXPECT_EQ(TwoSteps(absl::AbortedError("x"), steps).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(steps, 0);
  EXPECT_TRUE(TwoSteps(absl::OkStatus(), steps).ok());
  EXPECT_EQ(steps, 1);
}

absl::StatusOr<int> SumOf(absl::StatusOr<std::unique_ptr<int>> a,
                          absl::StatusOr<std::unique_ptr<int>> b) {
  ASSIGN_OR_RETURN(const std::unique_ptr<int> left, std::move(a));
  ASSIGN_OR_RETURN(const std::unique_ptr<int> right, std::move(b));
  return *left + *right;
}

TEST(AssignOrReturn, MovesTheValueOutOrReturnsTheFirstError) {
  EXPECT_EQ(*SumOf(std::make_unique<int>(2), std::make_unique<int>(3)), 5);
  EXPECT_EQ(SumOf(std::make_unique<int>(2), absl::DataLossError("b")).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(SumOf(absl::NotFoundError("a"), absl::DataLossError("b")).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace tailrace
