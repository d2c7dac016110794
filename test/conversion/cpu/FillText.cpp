// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces names in text.

#include "FillText.h"

using namespace ssm_test;

std::string ssm_test::fill(const std::string &text,
                           const std::map<std::string, std::string> &values) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      result += text[i++];
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && isalnum(text[end]))
      ++end;
    result += values.at(text.substr(i + 1, end - i - 1));
    i = end;
  }
  return result;
}

std::string ssm_test::widen(const std::string &to, const std::string &from,
                            const std::string &type, const std::string &state) {
  if (type == state) // select of one value: a copy
    return to + "_true = arith.constant true\n" + to + " = arith.select " + to +
           "_true, " + from + ", " + from + " : " + type;
  return to + " = arith.extf " + from + " : " + type + " to " + state;
}

std::string ssm_test::narrow(const std::string &value, const std::string &state,
                             const std::string &type) {
  if (state == type)
    return "ssm.yield " + value + " : " + type;
  return "%narrow = arith.truncf " + value + " : " + state + " to " + type +
         "\nssm.yield %narrow : " + type;
}
