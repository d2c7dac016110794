// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The error object of the runtime: in goes a code, a place and a formatted
// message, out comes the ssm_status of the C ABI. `Status` owns one or none
// (success), `Result<T>` holds a value or a Status.
#ifndef SSM_RUNTIME_PACKAGE_STATUS_H
#define SSM_RUNTIME_PACKAGE_STATUS_H

#include "ssm/ssm.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

struct ssm_status {
  ssm_code code;
  std::string message;
  const char *file;
  int line;
};

namespace ssm::rt {

class [[nodiscard]] Status {
public:
  Status() = default;
  Status(ssm_code code, const char *file, int line, std::string message)
      : state(new ssm_status{code, std::move(message), file, line}) {}

  bool ok() const { return !state; }
  ssm_code code() const { return state ? state->code : SSM_OK; }
  const std::string &message() const { return state->message; }

  /// The same error seen from one level further out: "context: message".
  Status within(const std::string &context) && {
    if (state)
      state->message = context + ": " + state->message;
    return std::move(*this);
  }

  /// Hands the error to the caller of the C ABI; null for success.
  ssm_status *release() { return state.release(); }

private:
  std::unique_ptr<ssm_status> state;
};

template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : content(std::move(value)) {}
  Result(Status status) : error(std::move(status)) {}

  bool ok() const { return content.has_value(); }
  T &operator*() { return *content; }
  T *operator->() { return &*content; }
  Status takeStatus() { return std::move(error); }

private:
  std::optional<T> content;
  Status error;
};

/// Makes an error of `CODE` at this line with a fmt format string.
#define SSM_ERROR(CODE, ...)                                                   \
  ::ssm::rt::Status(CODE, __FILE__, __LINE__, fmt::format(__VA_ARGS__))

/// Returns from the enclosing function when `EXPR` failed.
#define SSM_TRY(EXPR)                                                          \
  do {                                                                         \
    if (::ssm::rt::Status tryStatus = (EXPR); !tryStatus.ok())                 \
      return tryStatus;                                                        \
  } while (false)

#define SSM_CONCAT_(A, B) A##B
#define SSM_CONCAT(A, B) SSM_CONCAT_(A, B)

/// Declares or assigns `TARGET` from the Result `EXPR`, or returns its error.
#define SSM_ASSIGN(TARGET, EXPR) SSM_ASSIGN_(TARGET, EXPR, __LINE__)
#define SSM_ASSIGN_(TARGET, EXPR, LINE)                                        \
  auto SSM_CONCAT(result, LINE) = (EXPR);                                      \
  if (!SSM_CONCAT(result, LINE).ok())                                          \
    return SSM_CONCAT(result, LINE).takeStatus();                              \
  TARGET = std::move(*SSM_CONCAT(result, LINE))

} // namespace ssm::rt

#endif // SSM_RUNTIME_PACKAGE_STATUS_H
