// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fills sizes and types into kernels without a state.

#include "RowText.h"

#include "FillText.h"

using namespace ssm_test;

static const char kWindow[] = R"mlir(
ssm.tile.kernel @window(%x: memref<?x?x$Cx$E>, %w: memref<$Cx3x$S>, $order%y: memref<?x?x$Cx$E>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>,
      #ssm.extent<time = ?, tile = $T>, #ssm.extent<channel = $C, tile = $K>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]$attribute} {
  %w0 = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, 0)>] : memref<$Cx3x$S> -> !ssm.tile<channel: $K, $S>
  %w1 = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, 1)>] : memref<$Cx3x$S> -> !ssm.tile<channel: $K, $S>
  %w2 = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, 2)>] : memref<$Cx3x$S> -> !ssm.tile<channel: $K, $S>
  %x0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t - 2, c)>] : memref<?x?x$Cx$E> -> $tile
  %x1 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, c)>] : memref<?x?x$Cx$E> -> $tile
  %x2 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t + 1, c)>] : memref<?x?x$Cx$E> -> $tile
  %o = ssm.tile.map (%x0, %x1, %x2, %w0, %w1, %w2) : ($tile, $tile, $tile, !ssm.tile<channel: $K, $S>, !ssm.tile<channel: $K, $S>, !ssm.tile<channel: $K, $S>) -> $tile {
  ^bb0(%ae: $E, %be: $E, %ce: $E, %p: $S, %q: $S, %r: $S):
    $widenA
    $widenB
    $widenC
    %0 = arith.mulf %a, %p : $S
    %1 = arith.mulf %b, %q : $S
    %2 = arith.mulf %c, %r : $S
    %3 = arith.addf %0, %1 : $S
    %4 = arith.addf %3, %2 : $S
    $narrow4
  }
  ssm.tile.store %o, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>] : $tile, memref<?x?x$Cx$E>
  ssm.yield
}
)mlir";

static const char kNorm[] = R"mlir(
ssm.tile.kernel @norm(%x: memref<?x?x$Cx$E>, %w: memref<$Cx$S>, %y: memref<?x?x$Cx$E>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>,
      #ssm.extent<time = ?, tile = $T>, #ssm.extent<channel = $C, tile = $K>],
      grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: $T, $S>
  %1 = ssm.tile.for channel init(%0) : !ssm.tile<time: $T, $S> {
  ^bb0(%acc: !ssm.tile<time: $T, $S>):
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, c)>] : memref<?x?x$Cx$E> -> $tile
    %sq = ssm.tile.map (%xt) : ($tile) -> !ssm.tile<time: $T, channel: $K, $S> {
    ^bb0(%ae: $E):
      $widenA
      %2 = arith.mulf %a, %a : $S
      ssm.yield %2 : $S
    }
    %part = ssm.tile.reduce channel %sq : !ssm.tile<time: $T, channel: $K, $S> -> !ssm.tile<time: $T, $S>
    %sum = ssm.tile.map (%acc, %part) : (!ssm.tile<time: $T, $S>, !ssm.tile<time: $T, $S>) -> !ssm.tile<time: $T, $S> {
    ^bb0(%p: $S, %q: $S):
      %2 = arith.addf %p, %q : $S
      ssm.yield %2 : $S
    }
    ssm.yield %sum : !ssm.tile<time: $T, $S>
  }
  ssm.tile.for channel {
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, c)>] : memref<?x?x$Cx$E> -> $tile
    %wt = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c)>] : memref<$Cx$S> -> !ssm.tile<channel: $K, $S>
    %o = ssm.tile.map (%xt, %wt, %1) : ($tile, !ssm.tile<channel: $K, $S>, !ssm.tile<time: $T, $S>) -> $tile {
    ^bb0(%ae: $E, %u: $S, %s: $S):
      $widenA
      %n = arith.constant $C.0 : $S
      %2 = arith.divf %s, %n : $S
      %3 = math.sqrt %2 : $S
      %4 = arith.divf %a, %3 : $S
      %5 = arith.mulf %4, %u : $S
      $narrow5
    }
    ssm.tile.store %o, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>] : $tile, memref<?x?x$Cx$E>
    ssm.yield
  }
  ssm.yield
}
)mlir";

static std::string fillRows(const char *text, const RowText &row) {
  std::string sum = row.sumType();
  std::map<std::string, std::string> values = {
      {"C", std::to_string(row.channels)},
      {"Cx", std::to_string(row.channels) + "x"},
      {"Cx3x", std::to_string(row.channels) + "x3x"},
      {"T", std::to_string(row.timeTile)},
      {"K", std::to_string(row.channelTile)},
      {"E", row.type},
      {"S", sum},
      {"order", row.ordered ? "%order: memref<1x?xi32>, " : ""},
      {"attribute", row.ordered ? ", ordered = 2" : ""},
      {"widenA", widen("%a", "%ae", row.type, sum)},
      {"widenB", widen("%b", "%be", row.type, sum)},
      {"widenC", widen("%c", "%ce", row.type, sum)},
      {"narrow4", narrow("%4", sum, row.type)},
      {"narrow5", narrow("%5", sum, row.type)}};
  values["tile"] = fill("!ssm.tile<time: $T, channel: $K, $E>", values);
  return fill(text, values);
}

std::string ssm_test::windowText(const RowText &row) {
  return fillRows(kWindow, row);
}

std::string ssm_test::normText(const RowText &row) {
  return fillRows(kNorm, row);
}

static const char kFunction[] = R"mlir(
ssm.tile.kernel @$name(%x: memref<?x?x16xf32>, %y: memref<?x?x16xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>,
      #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, c)>] : memref<?x?x16xf32> -> !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 16, channel: 16, f32>) -> !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%e: f32):
    %2 = math.$name %e : f32
    ssm.yield %2 : f32
  }
  ssm.tile.store %1, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}
)mlir";

std::string ssm_test::functionText(const std::string &name) {
  return fill(kFunction, {{"name", name}});
}
