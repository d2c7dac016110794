// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts brackets outside of strings and comments, and the operators since the
// last bracket, comma or equals sign.

#include "tools/ssm-compile/Nesting.h"

#include <algorithm>
#include <fmt/format.h>

static constexpr int maxDepth = 256;
static constexpr int maxOperators = 1024;

/// The end of the comment or string that begins at `at`, or `at` itself.
static size_t skipInert(llvm::StringRef text, size_t at) {
  if (text.substr(at).starts_with("//"))
    return std::min(text.find('\n', at), text.size());
  if (text[at] != '"')
    return at;
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"' || text[i] == '\n')
      return i;
  }
  return text.size();
}

static bool isOperator(llvm::StringRef rest) {
  return llvm::StringRef("+-*").contains(rest.front()) ||
         rest.starts_with("mod ") || rest.starts_with("floordiv ") ||
         rest.starts_with("ceildiv ");
}

static std::string place(llvm::StringRef text, llvm::StringRef name,
                         size_t at) {
  llvm::StringRef before = text.take_front(at);
  size_t line = before.rfind('\n');
  size_t column = line == llvm::StringRef::npos ? at : at - line - 1;
  return fmt::format("{}:{}:{}: error: ", name.str(), before.count('\n') + 1,
                     column + 1);
}

std::string ssm::compiler::describeDeepNesting(llvm::StringRef text,
                                               llvm::StringRef name) {
  int depth = 0, operators = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (size_t end = skipInert(text, i); end != i) {
      i = end;
      continue;
    }
    llvm::StringRef rest = text.substr(i);
    if (rest.starts_with("->") || rest.starts_with(">=") ||
        rest.starts_with("<=")) {
      ++i;
      continue;
    }
    char c = text[i];
    bool opens = llvm::StringRef("([{<").contains(c);
    bool closes = llvm::StringRef(")]}>").contains(c);
    depth = std::max(depth + opens - closes, 0);
    if (opens || closes || c == ',' || c == '=')
      operators = 0;
    else
      operators += isOperator(rest);
    if (depth > maxDepth)
      return place(text, name, i) +
             fmt::format("expected brackets nested at most {} deep", maxDepth);
    if (operators > maxOperators)
      return place(text, name, i) +
             fmt::format("expected at most {} operators in an expression",
                         maxOperators);
  }
  return "";
}
