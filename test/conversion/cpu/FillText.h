// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fills sizes and types into the text of a program.

#ifndef TEST_CONVERSION_CPU_FILLTEXT_H
#define TEST_CONVERSION_CPU_FILLTEXT_H

#include <map>
#include <string>

namespace ssm_test {

/// `text` with every $name replaced.
std::string fill(const std::string &text,
                 const std::map<std::string, std::string> &values);

/// Scalar code that names `to` the value `from` in the type `wide`.
std::string widen(const std::string &to, const std::string &from,
                  const std::string &type, const std::string &wide);

/// Scalar code that yields `value`, of the type `wide`, as `type`.
std::string narrow(const std::string &value, const std::string &wide,
                   const std::string &type);

} // namespace ssm_test

#endif // TEST_CONVERSION_CPU_FILLTEXT_H
