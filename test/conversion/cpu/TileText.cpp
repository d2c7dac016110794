// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fills sizes and types into tile programs.

#include "TileText.h"

#include "FillText.h"

using namespace ssm_test;

static const char kScan[] = R"mlir(
#own = affine_map<$dims -> (b, $t, c)>
ssm.tile.kernel @scan(%x: memref<?x?x$Cx$E>, %dt: memref<?x?x$Cx$E>,
    %z: memref<?x?x$Cx$E>, %bc: memref<?x?x$Wx$E>, %A: memref<$Cx$Nx$S>,
    %bias: memref<$Cx$S>, %D: memref<$Cx$S>, $initial
    %y: memref<?x?x$Cx$E>, %h1: memref<?x$Cx$Nx$S>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>,
      #ssm.extent<time = ?, tile = $T>, #ssm.extent<channel = $C, tile = $K>,
      #ssm.extent<state = $N, tile = $N>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %a0 = ssm.tile.load %A [affine_map<(b, t, c, n, k) -> (c, n)>] : memref<$Cx$Nx$S> -> !ssm.tile<channel: $K, state: $N, $S>
  %a = ssm.tile.map (%a0) : (!ssm.tile<channel: $K, state: $N, $S>) -> !ssm.tile<channel: $K, state: $N, $S> {
  ^bb0(%e: $S):
    %log2e = arith.constant 1.4426950408889634 : $S
    %s = arith.mulf %e, %log2e : $S
    ssm.yield %s : $S
  }
  %b0 = ssm.tile.load %bias [affine_map<(b, t, c, n, k) -> (c)>] : memref<$Cx$S> -> !ssm.tile<channel: $K, $S>
  %d0 = ssm.tile.load %D [affine_map<(b, t, c, n, k) -> (c)>] : memref<$Cx$S> -> !ssm.tile<channel: $K, $S>
  $start
  %end = ssm.tile.for time init(%start) : !ssm.tile<channel: $K, state: $N, $S> {
  ^bb0(%h: !ssm.tile<channel: $K, state: $N, $S>):
    %xt = ssm.tile.load %x [#own] : memref<?x?x$Cx$E> -> !ssm.tile<time: $T, channel: $K, $E>
    %dtt = ssm.tile.load %dt [#own] : memref<?x?x$Cx$E> -> !ssm.tile<time: $T, channel: $K, $E>
    %zt = ssm.tile.load %z [#own] : memref<?x?x$Cx$E> -> !ssm.tile<time: $T, channel: $K, $E>
    %Bt = ssm.tile.load %bc [affine_map<$dims -> (b, $t, n)>] : memref<?x?x$Wx$E> -> !ssm.tile<time: $T, state: $N, $E>
    %Ct = ssm.tile.load %bc [affine_map<$dims -> (b, $t, n + $N)>] : memref<?x?x$Wx$E> -> !ssm.tile<time: $T, state: $N, $E>
    %delta, %du = ssm.tile.map (%dtt, %xt, %b0) : (!ssm.tile<time: $T, channel: $K, $E>, !ssm.tile<time: $T, channel: $K, $E>, !ssm.tile<channel: $K, $S>)
        -> (!ssm.tile<time: $T, channel: $K, $S>, !ssm.tile<time: $T, channel: $K, $S>) {
    ^bb0(%de: $E, %xe: $E, %be: $S):
      $widenDt
      $widenX
      %0 = arith.addf %dw, %be : $S
      %1 = math.absf %0 : $S
      %2 = arith.negf %1 : $S
      %3 = math.exp %2 : $S
      %4 = math.log1p %3 : $S
      %zero = arith.constant 0.0 : $S
      %5 = arith.cmpf olt, %zero, %0 : $S
      %6 = arith.select %5, %0, %zero : $S
      %7 = arith.addf %6, %4 : $S
      %8 = arith.mulf %7, %xw : $S
      ssm.yield %7, %8 : $S, $S
    }
    %Bw = ssm.tile.map (%Bt) : (!ssm.tile<time: $T, state: $N, $E>) -> !ssm.tile<time: $T, state: $N, $S> {
    ^bb0(%de: $E):
      $widenDt
      ssm.yield %dw : $S
    }
    %Cw = ssm.tile.map (%Ct) : (!ssm.tile<time: $T, state: $N, $E>) -> !ssm.tile<time: $T, state: $N, $S> {
    ^bb0(%de: $E):
      $widenDt
      ssm.yield %dw : $S
    }
    %read, %next = ssm.tile.scan state(%h) ins(%delta, %du, %Bw, %Cw, %a)
        : !ssm.tile<channel: $K, state: $N, $S>, (!ssm.tile<time: $T, channel: $K, $S>, !ssm.tile<time: $T, channel: $K, $S>, !ssm.tile<time: $T, state: $N, $S>,
           !ssm.tile<time: $T, state: $N, $S>, !ssm.tile<channel: $K, state: $N, $S>) -> !ssm.tile<time: $T, channel: $K, $S> {
    ^bb0(%s: $S, %de: $S, %ue: $S, %be: $S, %ce: $S, %ae: $S):
      %0 = arith.mulf %de, %ae : $S
      %1 = math.exp2 %0 : $S
      %2 = arith.mulf %1, %s : $S
      %3 = arith.mulf %ue, %be : $S
      %4 = arith.addf %2, %3 : $S
      %5 = arith.mulf %4, %ce : $S
      ssm.yield %4, %5 : $S, $S
    }
    %o = ssm.tile.map (%read, %xt, %d0, %zt) : (!ssm.tile<time: $T, channel: $K, $S>, !ssm.tile<time: $T, channel: $K, $E>, !ssm.tile<channel: $K, $S>, !ssm.tile<time: $T, channel: $K, $E>)
        -> !ssm.tile<time: $T, channel: $K, $E> {
    ^bb0(%ye: $S, %xe: $E, %ds: $S, %de: $E):
      $widenX
      $widenDt
      %0 = arith.mulf %xw, %ds : $S
      %1 = arith.addf %ye, %0 : $S
      %one = arith.constant 1.0 : $S
      %2 = arith.negf %dw : $S
      %3 = math.exp %2 : $S
      %4 = arith.addf %one, %3 : $S
      %5 = arith.divf %dw, %4 : $S
      %6 = arith.mulf %1, %5 : $S
      $narrow
    }
    ssm.tile.store %o, %y [#own] : !ssm.tile<time: $T, channel: $K, $E>, memref<?x?x$Cx$E>
    ssm.yield %next : !ssm.tile<channel: $K, state: $N, $S>
  }
  ssm.tile.store %end, %h1 [affine_map<(b, t, c, n, k) -> (b, c, n)>] : !ssm.tile<channel: $K, state: $N, $S>, memref<?x$Cx$Nx$S>
  ssm.yield
}
)mlir";

std::string ssm_test::scanText(const ScanText &scan) {
  std::string state = scan.stateType();
  std::map<std::string, std::string> values = {
      {"C", std::to_string(scan.channels)},
      {"Cx", std::to_string(scan.channels) + "x"},
      {"N", std::to_string(scan.states)},
      {"Nx", std::to_string(scan.states) + "x"},
      {"Wx", std::to_string(2 * scan.states) + "x"},
      {"T", std::to_string(scan.timeTile)},
      {"K", std::to_string(scan.channelTile)},
      {"E", scan.type},
      {"S", state},
      {"dims", scan.reverse ? "(b, t, c, n, k)[l]" : "(b, t, c, n, k)"},
      {"t", scan.reverse ? "l - 1 - t" : "t"},
      {"widenDt", widen("%dw", "%de", scan.type, state)},
      {"widenX", widen("%xw", "%xe", scan.type, state)},
      {"narrow", narrow("%6", state, scan.type)}};
  values["initial"] =
      scan.initial ? fill("%h0: memref<?x$Cx$Nx$S>,", values) : "";
  std::string tile = "!ssm.tile<channel: $K, state: $N, $S>";
  values["start"] =
      scan.initial
          ? fill("%start = ssm.tile.load %h0 [affine_map<(b, t, c, n, k) -> "
                 "(b, c, n)>] : memref<?x$Cx$Nx$S> -> " +
                     tile,
                 values)
          : fill("%start = ssm.tile.fill 0.0 : " + tile, values);
  return fill(kScan, values);
}

static const char kLinear[] = R"mlir(
ssm.tile.kernel @linear(%x: memref<?x?x$Ix$E>, %w: memref<$Cx$Ix$G>,
    %bias: memref<$Cx$S>, %y: memref<?x?x$Cx$E>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>,
      #ssm.extent<time = ?, tile = $T>, #ssm.extent<channel = $C, tile = $K>,
      #ssm.extent<inner = $I, tile = $J>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: $T, channel: $K, $S>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: $T, channel: $K, $S> {
  ^bb0(%acc: !ssm.tile<time: $T, channel: $K, $S>):
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>] : memref<?x?x$Ix$E> -> !ssm.tile<time: $T, inner: $J, $E>
    %wt = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, k)>] : memref<$Cx$Ix$G> -> !ssm.tile<channel: $K, inner: $J, $G>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: $T, channel: $K, $S>, !ssm.tile<time: $T, inner: $J, $E>, !ssm.tile<channel: $K, inner: $J, $G>
    ssm.yield %2 : !ssm.tile<time: $T, channel: $K, $S>
  }
  %b = ssm.tile.load %bias [affine_map<(b, t, c, n, k) -> (c)>] : memref<$Cx$S> -> !ssm.tile<channel: $K, $S>
  %o = ssm.tile.map (%1, %b) : (!ssm.tile<time: $T, channel: $K, $S>, !ssm.tile<channel: $K, $S>) -> !ssm.tile<time: $T, channel: $K, $E> {
  ^bb0(%s: $S, %e: $S):
    %6 = arith.addf %s, %e : $S
    $narrow
  }
  ssm.tile.store %o, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>] : !ssm.tile<time: $T, channel: $K, $E>, memref<?x?x$Cx$E>
  ssm.yield
}
)mlir";

std::string ssm_test::linearText(const LinearText &linear) {
  return fill(kLinear,
              {{"C", std::to_string(linear.channels)},
               {"Cx", std::to_string(linear.channels) + "x"},
               {"I", std::to_string(linear.inner)},
               {"Ix", std::to_string(linear.inner) + "x"},
               {"T", std::to_string(linear.timeTile)},
               {"K", std::to_string(linear.channelTile)},
               {"J", std::to_string(linear.innerTile)},
               {"E", linear.type},
               {"G", linear.weightType},
               {"S", linear.sumType()},
               {"narrow", narrow("%6", linear.sumType(), linear.type)}});
}
