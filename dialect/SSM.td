// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything of the dialect, in the order in which it builds on itself.

#ifndef SSM_TD
#define SSM_TD

include "dialect/SSMOps.td"
include "dialect/SSMCaches.td"
include "dialect/SSMRecurrence.td"
include "dialect/SSMLongConv.td"
include "dialect/SSMTileOps.td"
include "dialect/SSMPlaceAttrs.td"

#endif // SSM_TD
