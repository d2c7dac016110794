// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// bf16 and f16 move as words of two elements, the first in the lower half.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Two roundings are one conversion of a pair; products and sums may be fused.
// CHECK-LABEL: llvm.func @bf16(
// CHECK: %[[RAW:.*]] = llvm.load %{{.*}} invariant {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
// CHECK: %[[WORD:.*]] = vector.extract %[[RAW]][0] : i32
// CHECK: %[[LOW16:.*]] = arith.trunci %[[WORD]] : i32 to i16
// CHECK: %[[C16:.*]] = arith.constant 16 : i32
// CHECK: %[[MOVED:.*]] = arith.shrui %[[WORD]], %[[C16]]
// CHECK: %[[HIGH16:.*]] = arith.trunci %[[MOVED]] : i32 to i16
// CHECK: %[[LOW:.*]] = arith.bitcast %[[LOW16]] : i16 to bf16
// CHECK: %[[HIGH:.*]] = arith.bitcast %[[HIGH16]] : i16 to bf16
// CHECK: arith.extf %[[LOW]] : bf16 to f32
// CHECK: %[[X:.*]] = arith.mulf %{{.*}} fastmath<contract> : f32
// CHECK: arith.extf %[[HIGH]] : bf16 to f32
// CHECK: %[[Y:.*]] = arith.mulf %{{.*}} fastmath<contract> : f32
// CHECK: %[[WIDE:.*]] = vector.from_elements %[[X]], %[[Y]] : vector<2xf32>
// CHECK: %[[PAIR:.*]] = arith.truncf %[[WIDE]] : vector<2xf32> to vector<2xbf16>
// CHECK: llvm.bitcast %[[PAIR]] : vector<2xbf16> to i32
// CHECK: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
ssm.tile.kernel @bf16(%x: memref<?x8x64xbf16>, %y: memref<?x8x64xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 8, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x8x64xbf16> -> !ssm.tile<time: 8, channel: 64, bf16>
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 8, channel: 64, bf16>) -> !ssm.tile<time: 8, channel: 64, bf16> {
  ^bb0(%e: bf16):
    %2 = arith.extf %e : bf16 to f32
    %3 = arith.mulf %2, %2 : f32
    %4 = arith.truncf %3 : f32 to bf16
    ssm.yield %4 : bf16
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 64, bf16>, memref<?x8x64xbf16>
  ssm.yield
}

// CHECK-LABEL: llvm.func @f16(
// CHECK: llvm.load %{{.*}} invariant {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
// CHECK: arith.bitcast %{{.*}} : i16 to f16
// CHECK: arith.truncf %{{.*}} : vector<2xf32> to vector<2xf16>
// CHECK: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
ssm.tile.kernel @f16(%x: memref<?x8x64xf16>, %y: memref<?x8x64xf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 8, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x8x64xf16> -> !ssm.tile<time: 8, channel: 64, f16>
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 8, channel: 64, f16>) -> !ssm.tile<time: 8, channel: 64, f16> {
  ^bb0(%e: f16):
    %2 = arith.extf %e : f16 to f32
    %3 = arith.mulf %2, %2 : f32
    %4 = arith.truncf %3 : f32 to f16
    ssm.yield %4 : f16
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 64, f16>, memref<?x8x64xf16>
  ssm.yield
}

// Must not pair: rows of 33 elements.
// CHECK-LABEL: llvm.func @odd_rows(
// CHECK: llvm.load %{{.*}} -> i16
// CHECK-NOT: -> i32
// CHECK: llvm.store %{{.*}} : i16, !llvm.ptr<1>
// CHECK-NOT: i32, !llvm.ptr<1>
ssm.tile.kernel @odd_rows(%x: memref<?x8x33xbf16>, %y: memref<?x8x33xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 8, tile = 8>, #ssm.extent<channel = 33, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x8x33xbf16> -> !ssm.tile<time: 8, channel: 64, bf16>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, bf16>, memref<?x8x33xbf16>
  ssm.yield
}
