// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The time that is expected of a convolution as long as the sequence: by
// Fourier transforms of a library, and by a kernel that sums lag by lag.

#ifndef LIB_SCHEDULE_LONGCONVOLUTION_H
#define LIB_SCHEDULE_LONGCONVOLUTION_H

#include "lib/Schedule/CostModel.h"

namespace ssm::schedule {

/// Expected seconds of the transforms of the signal and of its kernel, their
/// product and the transform back.
double transformSeconds(int64_t channels, const Machine &machine,
                        const Shape &shape);

/// Expected seconds of a kernel that sums lag by lag.
double directSeconds(int64_t channels, const Machine &machine,
                     const Shape &shape);

/// The least power of two of tokens at which transforms are expected to be no
/// slower than the sum.
int64_t directBelow(int64_t channels, const Machine &machine, int64_t batch);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_LONGCONVOLUTION_H
