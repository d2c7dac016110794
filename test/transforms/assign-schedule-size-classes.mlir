// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=64x2048,1x2048,32x2048}))' | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a}))' | FileCheck %s --check-prefix=ONE
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=8x}))' 2>&1 | FileCheck %s --check-prefix=BAD

// BAD: expected a size class BATCHxLENGTH of sizes of 1 to 2^48, got '8x'

// A large batch and a batch of one disagree about a recurrence, two large ones do
// not. Every function says what it was judged at.
// CHECK-LABEL: func.func @scan
// CHECK-SAME: ssm.size_classes = [#ssm.size_class<64x2048>, #ssm.size_class<1x2048>, #ssm.size_class<32x2048>]
// CHECK: ssm.kernel "scan" ins({{.*}}) alternatives [#ssm.alternative<at = [<64x2048>, <32x2048>], schedule = <[[FIRST:[^>]*]]>>, #ssm.alternative<at = [<1x2048>], schedule = <{{[^>]*}}>>] {
// ONE-LABEL: func.func @scan
// ONE-SAME: ssm.size_classes = [#ssm.size_class<8x2048>]
// ONE: ssm.kernel "scan" ins({{.*}}) schedule(<{{[^>]*}}>) {
func.func @scan(%u: tensor<?x?x5120xf32>, %a: tensor<?x?x5120x16xf32>, %c: tensor<?x?x16xf32>) -> tensor<?x?x5120xf32> {
  %y = ssm.kernel "scan" ins(%u, %a, %c : tensor<?x?x5120xf32>, tensor<?x?x5120x16xf32>, tensor<?x?x16xf32>) {
  ^bb0(%v: tensor<?x?x5120xf32>, %b: tensor<?x?x5120x16xf32>, %d: tensor<?x?x16xf32>):
    %0 = ssm.scan %v, %b, %b read(%d) : (tensor<?x?x5120xf32>, tensor<?x?x5120x16xf32>, tensor<?x?x5120x16xf32>, tensor<?x?x16xf32>) -> tensor<?x?x5120xf32>
    ssm.yield %0 : tensor<?x?x5120xf32>
  } -> tensor<?x?x5120xf32>
  return %y : tensor<?x?x5120xf32>
}

// Where all agree there are no alternatives.
// CHECK-LABEL: func.func @agreed
// CHECK-NOT: alternatives
// CHECK: ssm.kernel "gate" ins({{.*}}) schedule(<{{[^>]*}}>) {
func.func @agreed(%x: tensor<2x16x8xf32>) -> tensor<2x16x8xf32> {
  %y = ssm.kernel "gate" ins(%x : tensor<2x16x8xf32>) {
  ^bb0(%a: tensor<2x16x8xf32>):
    %0 = ssm.activation silu %a : (tensor<2x16x8xf32>) -> tensor<2x16x8xf32>
    ssm.yield %0 : tensor<2x16x8xf32>
  } -> tensor<2x16x8xf32>
  return %y : tensor<2x16x8xf32>
}

// A schedule in the source is the one of all classes, alternatives in the source
// stay, and so do the classes of a function that has some.
// CHECK-LABEL: func.func @given
// CHECK-SAME: ssm.size_classes = [#ssm.size_class<4x16>, #ssm.size_class<1x16>]
// CHECK: ssm.kernel "k" ins({{.*}}) schedule(<time = 7, channels = 3>) {
// CHECK: ssm.kernel "l" ins({{.*}}) alternatives [#ssm.alternative<at = [<1x16>], schedule = <time = 4>>, #ssm.alternative<at = [<4x16>], schedule = <time = 2>>] {
func.func @given(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    attributes {ssm.size_classes = [#ssm.size_class<4x16>, #ssm.size_class<1x16>]} {
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) schedule(<time = 7, channels = 3>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  %z = ssm.kernel "l" ins(%y : tensor<?x?x8xf32>)
      alternatives [#ssm.alternative<at = [<1x16>], schedule = <time = 4>>,
                    #ssm.alternative<at = [<4x16>], schedule = <time = 2>>] {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %z : tensor<?x?x8xf32>
}
