// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The forms that one function can take.

#ifndef LIB_TRANSFORMS_FORMS_H
#define LIB_TRANSFORMS_FORMS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace mlir::ssm {

enum class Form {
  /// As written.
  Prefill,
  /// From states, and returns those it ends with.
  Resume,
  /// As Resume, for one token.
  Step,
  /// As Resume, for sequences of any lengths that lie in one row.
  Varlen,
  /// From states, and returns what the states after any of its tokens can be
  /// taken from.
  Trace,
  /// As Resume, Step and Varlen, with the states of each sequence in a slot
  /// of a cache.
  ResumeCached,
  StepCached,
  VarlenCached
};

/// What a list of forms may say, for messages.
constexpr llvm::StringLiteral kFormNames[] = {
    "prefill", "resume",        "step",        "varlen",
    "trace",   "resume-cached", "step-cached", "varlen-cached"};

std::optional<Form> parseForm(llvm::StringRef text);

/// What is wrong with a list of forms; empty if nothing is.
std::string checkForms(llvm::ArrayRef<std::string> texts);

/// What is wrong with batches at which the schedules of steps are to be judged;
/// empty if nothing is.
std::string checkStepBatches(llvm::ArrayRef<int64_t> batches);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_FORMS_H
