// RUN: ssm-opt %s --verify-roundtrip | FileCheck %s
// RUN: ssm-opt %s --emit-bytecode | ssm-opt | FileCheck %s
// RUN: ssm-opt %s --mlir-print-op-generic | ssm-opt | FileCheck %s

// Every block op with each of its optional parts (tile ops: tile.mlir).

// CHECK-LABEL: func.func @linear
func.func @linear(%x: tensor<?x?x8xbf16>, %w: tensor<4x8xbf16>, %b: tensor<4xf32>)
    -> (tensor<?x?x4xbf16>, tensor<?x?x4xf32>) {
  // CHECK: ssm.linear %{{.*}}, %{{.*}} : (tensor<?x?x8xbf16>, tensor<4x8xbf16>) -> tensor<?x?x4xbf16>
  %0 = ssm.linear %x, %w : (tensor<?x?x8xbf16>, tensor<4x8xbf16>) -> tensor<?x?x4xbf16>
  // CHECK: ssm.linear %{{.*}}, %{{.*}} bias(%{{.*}}) :
  %1 = ssm.linear %x, %w bias(%b)
      : (tensor<?x?x8xbf16>, tensor<4x8xbf16>, tensor<4xf32>) -> tensor<?x?x4xf32>
  return %0, %1 : tensor<?x?x4xbf16>, tensor<?x?x4xf32>
}

// CHECK-LABEL: func.func @conv1d
func.func @conv1d(%x: tensor<2x16x8xf16>, %w2: tensor<8x4xf16>, %w3: tensor<8x1x4xf16>,
                  %b: tensor<8xf16>) -> (tensor<2x16x8xf16>, tensor<2x16x8xf32>) {
  // CHECK: ssm.conv1d silu %{{.*}}, %{{.*}} bias(%{{.*}}) :
  %0 = ssm.conv1d silu %x, %w2 bias(%b)
      : (tensor<2x16x8xf16>, tensor<8x4xf16>, tensor<8xf16>) -> tensor<2x16x8xf16>
  // CHECK: ssm.conv1d identity %{{.*}}, %{{.*}} reverse :
  %1 = ssm.conv1d identity %x, %w3 reverse
      : (tensor<2x16x8xf16>, tensor<8x1x4xf16>) -> tensor<2x16x8xf32>
  return %0, %1 : tensor<2x16x8xf16>, tensor<2x16x8xf32>
}

// CHECK-LABEL: func.func @resumed
func.func @resumed(%x: tensor<?x?x8xbf16>, %w: tensor<8x4xbf16>, %i: tensor<?x3x8xbf16>)
    -> (tensor<?x?x8xbf16>, tensor<?x3x8xbf16>, tensor<?x5x8xf32>) {
  // CHECK: ssm.conv1d silu %{{.*}}, %{{.*}} init(%{{.*}}) :
  %0 = ssm.conv1d silu %x, %w init(%i)
      : (tensor<?x?x8xbf16>, tensor<8x4xbf16>, tensor<?x3x8xbf16>) -> tensor<?x?x8xbf16>
  // CHECK: ssm.tail %{{.*}} init(%{{.*}}) :
  %1 = ssm.tail %x init(%i)
      : (tensor<?x?x8xbf16>, tensor<?x3x8xbf16>) -> tensor<?x3x8xbf16>
  // CHECK: ssm.tail %{{.*}} :
  %2 = ssm.tail %x : (tensor<?x?x8xbf16>) -> tensor<?x5x8xf32>
  return %0, %1, %2 : tensor<?x?x8xbf16>, tensor<?x3x8xbf16>, tensor<?x5x8xf32>
}

// CHECK-LABEL: func.func @activation
func.func @activation(%x: tensor<?x?x8xf32>, %b: tensor<8xf32>, %A: tensor<8x4xf64>,
                      %s: tensor<f32>) {
  // CHECK: ssm.activation softplus %{{.*}} bias(%{{.*}}) :
  %0 = ssm.activation softplus %x bias(%b)
      : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.activation identity
  %1 = ssm.activation identity %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xbf16>
  // CHECK: ssm.activation silu
  %2 = ssm.activation silu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.activation sigmoid
  %3 = ssm.activation sigmoid %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.activation tanh
  %4 = ssm.activation tanh %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.activation relu
  %5 = ssm.activation relu %s : (tensor<f32>) -> tensor<f32>
  // CHECK: ssm.activation gelu
  %6 = ssm.activation gelu %b : (tensor<8xf32>) -> tensor<8xf32>
  // CHECK: ssm.activation exp
  %7 = ssm.activation exp %A : (tensor<8x4xf64>) -> tensor<8x4xf64>
  return
}

// CHECK-LABEL: func.func @gate
func.func @gate(%x: tensor<?x?x8xf32>, %z: tensor<?x?x8xbf16>) -> tensor<?x?x8xbf16> {
  // CHECK: ssm.gate silu %{{.*}}, %{{.*}} : (tensor<?x?x8xf32>, tensor<?x?x8xbf16>) -> tensor<?x?x8xbf16>
  %0 = ssm.gate silu %x, %z : (tensor<?x?x8xf32>, tensor<?x?x8xbf16>) -> tensor<?x?x8xbf16>
  return %0 : tensor<?x?x8xbf16>
}

// CHECK-LABEL: func.func @discretize
func.func @discretize(%d: tensor<?x?x8xf32>, %A: tensor<8x4xf32>, %Bt: tensor<?x?x4xbf16>,
                      %B: tensor<8x4xf32>) {
  // CHECK: ssm.discretize mamba
  %0:2 = ssm.discretize mamba %d, %A, %Bt
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x?x4xbf16>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  // CHECK: ssm.discretize zoh
  %1:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>)
      -> (tensor<?x?x8x4xf64>, tensor<?x?x8x4xf64>)
  // CHECK: ssm.discretize bilinear
  %2:2 = ssm.discretize bilinear %d, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  return
}

// CHECK-LABEL: func.func @scan
func.func @scan(%u: tensor<?x?x8xbf16>, %a: tensor<?x?x8x4xf32>, %ac: tensor<?x?x8xf32>,
                %Ct: tensor<?x?x4xbf16>, %C: tensor<8x4xf32>, %D: tensor<8xf32>,
                %h: tensor<?x8x4xf32>, %hc: tensor<?x8xf64>) {
  // CHECK: ssm.scan %{{.*}}, %{{.*}}, %{{.*}} read(%{{.*}}) skip(%{{.*}}) init(%{{.*}}) :
  %0:2 = ssm.scan %u, %a, %a read(%Ct) skip(%D) init(%h)
      : (tensor<?x?x8xbf16>, tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>, tensor<?x?x4xbf16>,
         tensor<8xf32>, tensor<?x8x4xf32>) -> (tensor<?x?x8xf32>, tensor<?x8x4xf32>)
  // CHECK: ssm.scan %{{.*}}, %{{.*}}, %{{.*}} read(%{{.*}}) reverse :
  %1 = ssm.scan %u, %ac, %a read(%C) reverse
      : (tensor<?x?x8xbf16>, tensor<?x?x8xf32>, tensor<?x?x8x4xf32>, tensor<8x4xf32>)
      -> tensor<?x?x8xbf16>
  // CHECK: ssm.scan %{{.*}}, %{{.*}}, %{{.*}} init(%{{.*}}) :
  %2:2 = ssm.scan %u, %ac, %ac init(%hc)
      : (tensor<?x?x8xbf16>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf64>)
      -> (tensor<?x?x8xf64>, tensor<?x8xf64>)
  return
}

// CHECK-LABEL: func.func @recurrence
func.func @recurrence(%x: tensor<?x?x8xbf16>, %a: tensor<4x8xf32>, %s: tensor<f32>,
                      %g: tensor<?x?x8x4xf32>, %k: tensor<?x8xf32>,
                      %h: tensor<?x8x4xf32>, %hd: tensor<?x8x4xf64>, %hc: tensor<?x8xf32>) {
  // CHECK: ssm.recurrence ins(%{{.*}} "btc", %{{.*}} "nc", %{{.*}} "", %{{.*}} "btcn") init(%{{.*}}, %{{.*}}) reverse :
  // CHECK-NEXT: ^bb0(%{{.*}}: bf16, %{{.*}}: f32, %{{.*}}: f64, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f64):
  %0:3 = ssm.recurrence ins(%x "btc", %a "nc", %s "", %g "btcn") init(%h, %hd) reverse
      : (tensor<?x?x8xbf16>, tensor<4x8xf32>, tensor<f32>, tensor<?x?x8x4xf32>, tensor<?x8x4xf32>,
         tensor<?x8x4xf64>) -> (tensor<?x?x8xbf16>, tensor<?x8x4xf32>, tensor<?x8x4xf64>) {
  ^bb0(%u: bf16, %ae: f32, %se: f64, %ge: f32, %p: f32, %q: f64):
    %1 = arith.mulf %ae, %p : f32
    %2 = arith.addf %q, %se : f64
    ssm.yield %1, %2, %q : f32, f64, f64
  }
  // CHECK: ssm.recurrence ins(%{{.*}} "btc", %{{.*}} "bc") {ssm.transition = "diagonal"} : (tensor<?x?x8xbf16>, tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  %3 = ssm.recurrence ins(%x "btc", %k "bc") {ssm.transition = "diagonal"}
      : (tensor<?x?x8xbf16>, tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ke: f32, %p: f32):
    %4 = arith.mulf %ke, %p : f32
    %5 = arith.addf %4, %u : f32
    ssm.yield %5, %5 : f32, f32
  }
  return
}

// CHECK-LABEL: func.func @rms_norm
func.func @rms_norm(%x: tensor<?x?x8xbf16>, %w: tensor<8xf32>) {
  // CHECK: ssm.rms_norm %{{.*}}, %{{.*}} : (tensor<?x?x8xbf16>, tensor<8xf32>)
  %0 = ssm.rms_norm %x, %w : (tensor<?x?x8xbf16>, tensor<8xf32>) -> tensor<?x?x8xbf16>
  // CHECK: ssm.rms_norm %{{.*}}, %{{.*}} {epsilon = 1.000000e-03 : f64} :
  %1 = ssm.rms_norm %x, %w {epsilon = 1.0e-3 : f64}
      : (tensor<?x?x8xbf16>, tensor<8xf32>) -> tensor<?x?x8xf32>
  return
}

// CHECK-LABEL: func.func @access
func.func @access(%x: tensor<?x?x8xf32>, %v: tensor<8xf32>, %w: tensor<6x4xf32>) {
  // CHECK: ssm.split %{{.*}} : tensor<?x?x8xf32> -> tensor<?x?x6xf32>, tensor<?x?x2xf32>
  %0:2 = ssm.split %x : tensor<?x?x8xf32> -> tensor<?x?x6xf32>, tensor<?x?x2xf32>
  // CHECK: ssm.split %{{.*}} : tensor<8xf32> -> tensor<3xf32>, tensor<5xf32>
  %1:2 = ssm.split %v : tensor<8xf32> -> tensor<3xf32>, tensor<5xf32>
  // CHECK: ssm.split %{{.*}} along(0) : tensor<6x4xf32> -> tensor<1x4xf32>, tensor<5x4xf32>
  %rows:2 = ssm.split %w along(0) : tensor<6x4xf32> -> tensor<1x4xf32>, tensor<5x4xf32>
  // CHECK: ssm.reverse %{{.*}} : tensor<?x?x8xf32>
  %2 = ssm.reverse %x : tensor<?x?x8xf32>
  // CHECK: ssm.broadcast %{{.*}} like %{{.*}} : (tensor<8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %3 = ssm.broadcast %v like %x : (tensor<8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// CHECK-LABEL: func.func @kernel
func.func @kernel(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: ssm.kernel "gate_0" ins(%{{.*}} : tensor<?x?x8xf32>) schedule(<time = 8, channels = 64>) {
  // CHECK: ssm.yield %{{.*}} : tensor<?x?x8xf32>
  %0 = ssm.kernel "gate_0" ins(%x : tensor<?x?x8xf32>) schedule(<time = 8, channels = 64>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %g = ssm.gate silu %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %g : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "copy_1" ins(%{{.*}} : tensor<?x?x8xf32>) library {
  %1 = ssm.kernel "copy_1" ins(%0 : tensor<?x?x8xf32>) library {
  ^bb0(%a: tensor<?x?x8xf32>):
    ssm.yield %a : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %1 : tensor<?x?x8xf32>
}

// CHECK-LABEL: func.func private @size_classes
// CHECK-SAME: ssm.size_classes = [#ssm.size_class<8x2048>, #ssm.size_class<2x2048>, #ssm.size_class<1x16384>]
func.func private @size_classes(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    attributes {ssm.size_classes = [#ssm.size_class<8x2048>, #ssm.size_class<2x2048>, #ssm.size_class<1x16384>]} {
  // CHECK: ssm.kernel "gate_0" ins(%{{.*}} : tensor<?x?x8xf32>) alternatives [
  // CHECK-SAME: #ssm.alternative<at = [<8x2048>, <1x16384>], schedule = <time = 8, channels = 64>>,
  // CHECK-SAME: #ssm.alternative<at = [<2x2048>], schedule = <time = 4>, source = "tuning">] library {
  %0 = ssm.kernel "gate_0" ins(%x : tensor<?x?x8xf32>)
      alternatives [#ssm.alternative<at = [<8x2048>, <1x16384>], schedule = <time = 8, channels = 64>>,
                    #ssm.alternative<at = [<2x2048>], schedule = <time = 4>, source = "tuning">]
      library {
  ^bb0(%a: tensor<?x?x8xf32>):
    ssm.yield %a : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  // CHECK: ssm.launch @copy_a, @copy_b, @copy_a(%{{.*}}) :
  %1 = ssm.launch @copy_a, @copy_b, @copy_a(%0) : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %1 : tensor<?x?x8xf32>
}

ssm.tile.kernel private @copy_a(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

ssm.tile.kernel private @copy_b(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

ssm.tile.kernel private @product(%x: memref<?x?x8xf32>, %w: memref<4x8xf32>, %y: memref<?x?x4xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

// CHECK-LABEL: func.func @launch
func.func @launch(%x: tensor<?x?x8xf32>, %w: tensor<4x8xf32>) -> tensor<?x?x4xf32> {
  // CHECK: ssm.launch @product(%{{.*}}, %{{.*}}) :
  %0 = ssm.launch @product(%x, %w) : (tensor<?x?x8xf32>, tensor<4x8xf32>) -> tensor<?x?x4xf32>
  // CHECK: ssm.launch @product(%{{.*}}, %{{.*}}) library(<a = 0, aOffset = 0, aStride = 8, b = 1, bOffset = 0, bStride = 8, c = 2, bias = -1, n = 4, k = 8>) :
  %1 = ssm.launch @product(%x, %w)
      library(<a = 0, aOffset = 0, aStride = 8, b = 1, bOffset = 0, bStride = 8, c = 2, bias = -1, n = 4, k = 8>)
      : (tensor<?x?x8xf32>, tensor<4x8xf32>) -> tensor<?x?x4xf32>
  return %1 : tensor<?x?x4xf32>
}

// CHECK-LABEL: func.func private @attributes
// CHECK-SAME: layout = #ssm.layout<time: 1 x 4 by 8, channel: 2 x 8 by 1>
// CHECK-SAME: many = #ssm.place<chip offset 1024 strides [64, 4] stages 2 step 3072>
// CHECK-SAME: one = #ssm.place<chip offset 0 strides [4]>
// CHECK-SAME: rows = #ssm.place<chip offset 8192 strides [128, 16384] stages 3 step 24576 swizzled 8>
// CHECK-SAME: schedule = #ssm.schedule<>
// CHECK-SAME: still = #ssm.place<chip offset 0 strides [128, 8192] swizzled 1>
// CHECK-SAME: warpgroups = #ssm.schedule<time = 128, channels = 64, inner = 64, warps = 8, group = 16, unit = warpgroup>
// CHECK-SAME: warps = #ssm.schedule<warps = 6>
func.func private @attributes() attributes {
  layout = #ssm.layout<time: 1 x 4 by 8, channel: 2 x 8 by 1>,
  many = #ssm.place<chip offset 1024 strides [64, 4] stages 2 step 3072>,
  one = #ssm.place<chip offset 0 strides [4]>,
  rows = #ssm.place<chip offset 8192 strides [128, 16384] stages 3 step 24576 swizzled 8>,
  schedule = #ssm.schedule<stages = 1, owner = block>,
  still = #ssm.place<chip offset 0 strides [128, 8192] swizzled 1>,
  warpgroups = #ssm.schedule<time = 128, channels = 64, inner = 64, warps = 8, group = 16, unit = warpgroup>,
  warps = #ssm.schedule<warps = 6, group = 1, unit = warp>
}

// A tile's axes are optional, down to none; a load may be reversed in time.
// CHECK-LABEL: ssm.tile.kernel @tiles
ssm.tile.kernel @tiles(%x: memref<?x?x8xf16>) attributes {extents = [], grid = []} {
  // CHECK: ssm.tile.fill 1.500000e+00 : <f64>
  %0 = ssm.tile.fill 1.5 : !ssm.tile<f64>
  // CHECK: ssm.tile.fill 0.000000e+00 : <batch: 1, time: 2, channel: 3, state: 4, inner: 5, bf16>
  %1 = ssm.tile.fill 0.0 : !ssm.tile<batch: 1, time: 2, channel: 3, state: 4, inner: 5, bf16>
  // CHECK: ssm.tile.load %{{.*}}[#{{.*}}] : memref<?x?x8xf16> -> <time: 4, channel: 8, f16>
  %2 = ssm.tile.load %x [affine_map<(b, t, c, n, k)[l] -> (b, l - t - 1, c)>]
      : memref<?x?x8xf16> -> !ssm.tile<time: 4, channel: 8, f16>
  // CHECK: ssm.tile.map() {place = #ssm.place<lane>} : () -> (!ssm.tile<time: 4, f32>, !ssm.tile<time: 4, f16>) {
  %5, %6 = ssm.tile.map () {place = #ssm.place<lane>} : () -> (!ssm.tile<time: 4, f32>, !ssm.tile<time: 4, f16>) {
    %a = arith.constant 1.0 : f32
    %b = arith.constant 1.0 : f16
    ssm.yield %a, %b : f32, f16
  }
  // CHECK: ssm.tile.scan state(%{{.*}}, %{{.*}}) ins(%{{.*}}) : !ssm.tile<f64>, !ssm.tile<f32>, (!ssm.tile<f64>) -> !ssm.tile<time: 4, f64>
  %7 = ssm.tile.fill 0.0 : !ssm.tile<f32>
  %8:3 = ssm.tile.scan state(%0, %7) ins(%0) : !ssm.tile<f64>, !ssm.tile<f32>, (!ssm.tile<f64>) -> !ssm.tile<time: 4, f64> {
  ^bb0(%s: f64, %r: f32, %e: f64):
    ssm.yield %e, %r, %s : f64, f32, f64
  }
  // CHECK: ssm.tile.scan state(%{{.*}}) ins() : !ssm.tile<f64>, () -> !ssm.tile<time: 4, f64>
  %3, %4 = ssm.tile.scan state(%0) ins() : !ssm.tile<f64>, () -> !ssm.tile<time: 4, f64> {
  ^bb0(%s: f64):
    ssm.yield %s, %s : f64, f64
  }
  ssm.yield
}
