// RUN: ssm-opt %s --verify-roundtrip | FileCheck %s
// RUN: ssm-opt %s --emit-bytecode | ssm-opt | FileCheck %s
// RUN: ssm-opt %s --mlir-print-op-generic | ssm-opt | FileCheck %s

// CHECK-LABEL: func.func @convolutions
func.func @convolutions(%x: tensor<?x?x8xf32>, %k: tensor<1x?x8xf32>) {
  // CHECK: ssm.long_conv %{{.*}}, %{{.*}} : (tensor<?x?x8xf32>, tensor<1x?x8xf32>) -> tensor<?x?x8xf32>
  %0 = ssm.long_conv %x, %k : (tensor<?x?x8xf32>, tensor<1x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.long_conv %{{.*}}, %{{.*}} reverse {ssm.convolve = "convolution"} :
  %1 = ssm.long_conv %x, %k reverse {ssm.convolve = "convolution"}
      : (tensor<?x?x8xf32>, tensor<1x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// CHECK-LABEL: func.func @doubles
func.func @doubles(%x: tensor<2x64x8xf64>, %k: tensor<1x64x8xf64>) {
  // CHECK: ssm.long_conv %{{.*}}, %{{.*}} : (tensor<2x64x8xf64>, tensor<1x64x8xf64>) -> tensor<2x64x8xf64>
  %0 = ssm.long_conv %x, %k : (tensor<2x64x8xf64>, tensor<1x64x8xf64>) -> tensor<2x64x8xf64>
  return
}

// CHECK-LABEL: func.func @pads
func.func @pads(%one: tensor<1x1x8xf32>, %few: tensor<?x4x8xbf16>) {
  // CHECK: ssm.pad %{{.*}} : tensor<1x1x8xf32> -> tensor<1x?x8xf32>
  %0 = ssm.pad %one : tensor<1x1x8xf32> -> tensor<1x?x8xf32>
  // CHECK: ssm.pad %{{.*}} : tensor<?x4x8xbf16> -> tensor<?x?x8xbf16>
  %1 = ssm.pad %few : tensor<?x4x8xbf16> -> tensor<?x?x8xbf16>
  return
}

ssm.tile.kernel @k(%a: memref<?x?x8xf32>, %b: memref<1x?x8xf32>, %c: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>,
                           #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = ?, tile = 1>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %zero = ssm.tile.fill 0.0 : !ssm.tile<time: 4, channel: 8, f32>
  %sum = ssm.tile.for inner init(%zero) : !ssm.tile<time: 4, channel: 8, f32> {
  ^bb0(%acc: !ssm.tile<time: 4, channel: 8, f32>):
    // CHECK: ssm.tile.load %{{.*}}[#map{{[0-9]*}}] : memref<?x?x8xf32> -> <time: 4, channel: 8, f32>
    %x = ssm.tile.load %a [affine_map<(b, t, c, n, k) -> (b, t - k, c)>]
        : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    // CHECK: ssm.tile.load
    %far = ssm.tile.load %a [affine_map<(b, t, c, n, k)[l] -> (b, t - k + l - 1, c)>]
        : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %next = ssm.tile.map (%acc, %x, %far) : (!ssm.tile<time: 4, channel: 8, f32>,
        !ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<time: 4, channel: 8, f32>)
        -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb1(%p: f32, %q: f32, %r: f32):
      %s = arith.addf %p, %q : f32
      %t = arith.addf %s, %r : f32
      ssm.yield %t : f32
    }
    ssm.yield %next : !ssm.tile<time: 4, channel: 8, f32>
  }
  ssm.tile.store %sum, %c [affine_map<(b, t, c, n, k) -> (b, t, c)>]
      : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
  ssm.yield
}

// CHECK-LABEL: func.func @launch
func.func @launch(%x: tensor<?x?x8xf32>, %k: tensor<1x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: ssm.launch @k(%{{.*}}, %{{.*}}) convolution(<x = 0, k = 1, y = 2, reverse = 0, directBelow = 64>) :
  %y = ssm.launch @k(%x, %k) convolution(<x = 0, k = 1, y = 2, reverse = 0, directBelow = 64>)
      : (tensor<?x?x8xf32>, tensor<1x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
