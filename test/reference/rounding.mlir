// RUN: ssm-interpret %s --print --round=declared | FileCheck %s --check-prefixes CHECK,ROUND
// RUN: ssm-interpret %s --print | FileCheck %s --check-prefixes CHECK,EXACT

// Rounding to nearest, ties to even, where the IR declares a narrower type.
func.func @rounding() -> (tensor<5xbf16> {ssm.name = "bf16"}, tensor<6xf16> {ssm.name = "f16"},
    tensor<4xf32> {ssm.name = "f32"}, tensor<1x1x1xbf16> {ssm.name = "linear"},
    tensor<1x2x1xbf16> {ssm.name = "scan"}, tensor<1x1x1x1xf32> {ssm.name = "a_bar"}) {
  // Ties 1 + 2^-8 (down) and 1 + 3 2^-8 (up), just above a tie, the end of the
  // range (the largest finite value is 255 2^120), a denormal tie.
  %x = arith.constant dense<[1.00390625, 1.01171875, 1.00390626, 3.4e38,
                             4.5917748078995606e-41]> : tensor<5xf64>
  %bf16 = arith.truncf %x : tensor<5xf64> to tensor<5xbf16>
  // 65504 is the largest finite value: 65519 stays, 65520 does not.
  %y = arith.constant dense<[65519.0, 65520.0, -65520.0, 2.98023223876953125e-8,
                             8.94069671630859375e-8, 2049.0]> : tensor<6xf64>
  %f16 = arith.truncf %y : tensor<6xf64> to tensor<6xf16>
  // 2^24 + 1, 2^24 + 3, the smallest denormal number and half of it
  %z = arith.constant dense<[16777217.0, 16777219.0, 1.401298464324817e-45,
                             7.006492321624085e-46]> : tensor<4xf64>
  %f32 = arith.truncf %z : tensor<4xf64> to tensor<4xf32>
  // 1 + 2^-8 and then 2^-20 more: rounded once, after the whole sum.
  %lx = arith.constant dense<[[[1.0, 1.0, 1.0]]]> : tensor<1x1x3xbf16>
  %lw = arith.constant dense<[[1.0, 0.00390625, 9.5367431640625e-7]]> : tensor<1x3xbf16>
  %linear = ssm.linear %lx, %lw
      : (tensor<1x1x3xbf16>, tensor<1x3xbf16>) -> tensor<1x1x1xbf16>
  // y is rounded, the state is not: 1 + 2^-8, then 1 + 2^-7.
  %u = arith.constant dense<0.00390625> : tensor<1x2x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x1xf32>
  %h = arith.constant dense<1.0> : tensor<1x1xf32>
  %scan, %last = ssm.scan %u, %one, %one init(%h)
      : (tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x1xf32>)
      -> (tensor<1x2x1xbf16>, tensor<1x1xf32>)
  // exp(-2^-30) is 1 in f32.
  %delta = arith.constant dense<1.0> : tensor<1x1x1xf32>
  %A = arith.constant dense<-9.31322574615478515625e-10> : tensor<1x1xf32>
  %B = arith.constant dense<1.0> : tensor<1x1xf32>
  %a_bar, %b_bar = ssm.discretize mamba %delta, %A, %B
      : (tensor<1x1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>)
      -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>)
  return %bf16, %f16, %f32, %linear, %scan, %a_bar : tensor<5xbf16>, tensor<6xf16>,
      tensor<4xf32>, tensor<1x1x1xbf16>, tensor<1x2x1xbf16>, tensor<1x1x1x1xf32>
}

// CHECK-LABEL: bf16:
// ROUND-NEXT: [] 1 1.015625 1.0078125 inf 0{{$}}
// EXACT-NEXT: [] 1.00390625 1.01171875 1.00390626 3.4e+38 4.591774808e-41{{$}}
// CHECK-LABEL: f16:
// ROUND-NEXT: [] 65504 inf -inf 0 1.192092896e-07 2048{{$}}
// EXACT-NEXT: [] 65519 65520 -65520 2.980232239e-08 8.940696716e-08 2049{{$}}
// CHECK-LABEL: f32:
// ROUND-NEXT: [] 16777216 16777220 1.401298464e-45 0{{$}}
// EXACT-NEXT: [] 16777217 16777219 1.401298464e-45 7.006492322e-46{{$}}
// CHECK-LABEL: linear:
// ROUND-NEXT: [0, 0] 1.0078125{{$}}
// EXACT-NEXT: [0, 0] 1.003907204{{$}}
// CHECK-LABEL: scan:
// ROUND-NEXT: [0, 0] 1{{$}}
// ROUND-NEXT: [0, 1] 1.0078125{{$}}
// EXACT-NEXT: [0, 0] 1.00390625{{$}}
// EXACT-NEXT: [0, 1] 1.0078125{{$}}
// CHECK-LABEL: a_bar:
// ROUND-NEXT: [0, 0, 0] 1{{$}}
// EXACT-NEXT: [0, 0, 0] 0.9999999991{{$}}
