// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One loop for each kernel: its candidates compute the same, so the outputs of
// the first that runs are what the others are compared with.

#include "tools/ssm-tune/MeasureScript.h"

#include <fmt/format.h>

namespace ssm::tune {

static constexpr const char *kBegin = R"sh(#!/bin/sh
# Written by ssm-tune emit. Measures every candidate of this folder that computes
# what the first of its kernel does; the times go to times/, for ssm-tune collect.
#
#   sh measure.sh [options of ssm-run, which go before those below]
#
# SSM_RUN names the ssm-run to use. Exit code 7: a candidate failed and has no time.
cd "$(dirname "$0")" || exit 1
run=${SSM_RUN:-ssm-run}
options=$*
status=0
rm -rf outputs
mkdir -p times outputs || exit 1
date -u +%Y-%m-%d >times/date

# reference KERNEL: whether its outputs are still to be written, or there.
reference() {
  if mkdir "outputs/$1" 2>/dev/null; then echo --output; else echo --expect; fi
}

# measure KERNEL NUMBER OPTIONS...
measure() {
  kernel=$1 number=$2
  shift 2
  echo "measure.sh: $number" >&2
  rm -f "times/$number.json"
  if "$run" "$number.ptx" $options --bench --per-step --format json \
    --matmul generated "$@" >times/part; then
    mv times/part "times/$number.json"
    return
  fi
  echo "measure.sh: $number failed and has no time" >&2
  status=7
  # Whoever comes next writes the outputs.
  if [ "$compare" = --output ]; then rm -rf "outputs/$kernel"; fi
}
)sh";

static constexpr const char *kEnd = R"sh(
rm -rf outputs times/part
exit $status
)sh";

/// `text` as one word of a shell.
static std::string quote(const std::string &text) {
  std::string quoted = "'";
  for (char c : text)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// Whether what is drawn must have each token once.
static bool isOrder(const ssm_buffer_info &input) {
  return input.dtype == SSM_I32 && input.rank == 2;
}

/// The arguments that run `function` on inputs drawn from fixed seeds.
static std::string arguments(const Package &package, const std::string &name,
                             const schedule::Shape &shape) {
  int function = package.find(name);
  std::string text = fmt::format(" --function {} --batch {} --length {}",
                                 quote(name), shape.batch, shape.length);
  if (!package.buffers(function, SSM_WEIGHT).empty())
    text += " --weights random:1";
  int seed = 2;
  for (const ssm_buffer_info &input : package.buffers(function, SSM_INPUT))
    text += fmt::format(
        " \\\n    --input {}",
        quote(fmt::format("{}={}:{}", input.name,
                          isOrder(input) ? "permutation" : "random", seed++)));
  return text;
}

static std::string outputs(const Package &package, const std::string &name,
                           size_t kernel) {
  std::string text;
  int index = 0;
  for (const ssm_buffer_info &output :
       package.buffers(package.find(name), SSM_OUTPUT))
    text += fmt::format(" \\\n    \"$compare\" {}",
                        quote(fmt::format("{}=@outputs/{}/{}.npy", output.name,
                                          kernel, index++)));
  return text;
}

std::string measureScript(const CandidateSet &set, const Package &package) {
  std::string text = kBegin;
  size_t kernel = 0;
  for (auto first = set.candidates.begin(); first != set.candidates.end();) {
    auto last = first;
    std::string numbers;
    for (; last != set.candidates.end() && last->kernel == first->kernel &&
           last->function == first->function;
         ++last)
      numbers += " " + last->number;
    text += fmt::format("\nfor number in{}; do\n"
                        "  compare=$(reference {})\n"
                        "  measure {} \"$number\"{}{}\n"
                        "done\n",
                        numbers, kernel, kernel,
                        arguments(package, first->function, set.shape),
                        outputs(package, first->function, kernel));
    first = last;
    ++kernel;
  }
  return text + kEnd;
}

} // namespace ssm::tune
