// RUN: ssm-opt %s --ssm-cpu-variants | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: ssm-opt %s --ssm-cpu-variants=variants=avx2 | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: not ssm-opt %s --ssm-cpu-variants=variants=avx2,neon 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: expected a variant avx512bf16, avx512 or avx2, got 'neon'

// Must not fire: only kernels are copied.
// CHECK: func.func @host()
func.func @host() {
  return
}

// A product of bf16 has a variant that sums pairs; the kernel after it would be
// the same as for the next variant.
// ALL: ssm.tile.kernel @product.avx512bf16(
// ALL-SAME: ssm.variant = "avx512bf16"
// ALL: ssm.tile.kernel @product.avx512(
// ALL: ssm.tile.kernel @product.avx2(
// ONE: ssm.tile.kernel @product.avx2(
ssm.tile.kernel @product(%x: memref<?x?x32xbf16>, %w: memref<16x32xbf16>, %y: memref<?x?x16xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 32>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, inner: 32, bf16>
  %2 = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, k)>] : memref<16x32xbf16> -> !ssm.tile<channel: 16, inner: 32, bf16>
  %3 = ssm.tile.dot %0, %1, %2 : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 32, bf16>, !ssm.tile<channel: 16, inner: 32, bf16>
  ssm.tile.store %3, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// ALL-NOT: bf16(
// ALL: ssm.tile.kernel @copy.avx512(
// ALL-SAME: ssm.variant = "avx512"
// ALL: ssm.tile.fill
// ALL: ssm.tile.kernel @copy.avx2(
// ALL-SAME: ssm.variant = "avx2"
// ALL: ssm.tile.fill

// ONE-NOT: avx512
// ONE: ssm.tile.kernel @copy.avx2(
// ONE-SAME: ssm.variant = "avx2"
// ONE: ssm.tile.fill

// CHECK-NOT: ssm.tile.kernel
ssm.tile.kernel @copy(%y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.fill 1.0 : !ssm.tile<time: 4, channel: 8, f32>
  ssm.tile.store %0, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
  ssm.yield
}
