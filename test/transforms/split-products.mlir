// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-split-products{target=sm_90a batch=1 length=1}))' --split-input-file | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-split-products{target=sm_90a batch=3 length=3}))' --split-input-file | FileCheck %s --check-prefix=MANY
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-split-products{target=sm_80 batch=1 length=1}))' --split-input-file | FileCheck %s --check-prefix=SM80
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-split-products{target=sm_90a batch=1 length=1 overlap=false}))' --split-input-file | FileCheck %s --check-prefix=SM80

// Two halves of some size, few tokens, and a target whose launches overlap.
// CHECK-LABEL: func.func @halves
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x?x2560xbf16>, %[[W:[a-z0-9]+]]: tensor<10240x2560xbf16>
// CHECK: %[[P:.*]]:2 = ssm.split %[[W]] along(0) : tensor<10240x2560xbf16> -> tensor<5120x2560xbf16>, tensor<5120x2560xbf16>
// CHECK: %[[A:.*]] = ssm.linear %[[X]], %[[P]]#0 {ssm.parts = "apart", ssm.parts_reason = "the weights of each part are read in 3.6 us or more, while other kernels run"}
// CHECK: %[[B:.*]] = ssm.linear %[[X]], %[[P]]#1 {ssm.parts = "apart"
// CHECK: return %[[A]], %[[B]]
// MANY-LABEL: func.func @halves
// MANY: ssm.linear {{.*}} {ssm.parts = "together", ssm.parts_reason = "0 of 1 size classes have 8 tokens or fewer"}
// MANY-NEXT: ssm.split {{.*}} : tensor<?x?x10240xbf16>
// SM80-LABEL: func.func @halves
// SM80: ssm.linear {{.*}} {ssm.parts = "together", ssm.parts_reason = "a launch waits for the one before it"}
func.func @halves(%x: tensor<?x?x2560xbf16>, %w: tensor<10240x2560xbf16>) -> (tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>) {
  %y = ssm.linear %x, %w : (tensor<?x?x2560xbf16>, tensor<10240x2560xbf16>) -> tensor<?x?x10240xbf16>
  %a, %b = ssm.split %y : tensor<?x?x10240xbf16> -> tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
  return %a, %b : tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
}

// -----

// The size classes of the function count before the options: most of them have
// few tokens, half of them are not enough.
// MANY-LABEL: func.func @classes
// MANY: ssm.parts = "apart"
// MANY-LABEL: func.func @half_of_the_classes
// MANY: ssm.parts = "together", ssm.parts_reason = "1 of 2 size classes have 8 tokens or fewer"
func.func @classes(%x: tensor<?x?x2560xbf16>, %w: tensor<10240x2560xbf16>) -> (tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>)
    attributes {ssm.size_classes = [#ssm.size_class<64x1>, #ssm.size_class<8x1>, #ssm.size_class<1x1>]} {
  %y = ssm.linear %x, %w : (tensor<?x?x2560xbf16>, tensor<10240x2560xbf16>) -> tensor<?x?x10240xbf16>
  %a, %b = ssm.split %y : tensor<?x?x10240xbf16> -> tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
  return %a, %b : tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
}
func.func @half_of_the_classes(%x: tensor<?x?x2560xbf16>, %w: tensor<10240x2560xbf16>) -> (tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>)
    attributes {ssm.size_classes = [#ssm.size_class<64x1>, #ssm.size_class<8x1>]} {
  %y = ssm.linear %x, %w : (tensor<?x?x2560xbf16>, tensor<10240x2560xbf16>) -> tensor<?x?x10240xbf16>
  %a, %b = ssm.split %y : tensor<?x?x10240xbf16> -> tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
  return %a, %b : tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
}

// -----

// What a norm computes is not there before: neither part could wait.
// CHECK-LABEL: func.func @computed
// CHECK: ssm.linear {{.*}} {ssm.parts = "together", ssm.parts_reason = "it reads what another kernel computes: no part can wait"}
func.func @computed(%x: tensor<?x?x2560xbf16>, %n: tensor<2560xbf16>, %w: tensor<10240x2560xbf16>) -> (tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>) {
  %h = ssm.rms_norm %x, %n {epsilon = 1.0e-5 : f64} : (tensor<?x?x2560xbf16>, tensor<2560xbf16>) -> tensor<?x?x2560xbf16>
  %y = ssm.linear %h, %w : (tensor<?x?x2560xbf16>, tensor<10240x2560xbf16>) -> tensor<?x?x10240xbf16>
  %a, %b = ssm.split %y : tensor<?x?x10240xbf16> -> tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
  return %a, %b : tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
}

// -----

// A part that is read in no time is not worth a launch.
// CHECK-LABEL: func.func @small_part
// CHECK: ssm.linear {{.*}} {ssm.parts = "together", ssm.parts_reason = "the weights of a part are read in 0.1 us, less than 3.6 us"}
func.func @small_part(%x: tensor<?x?x5120xbf16>, %w: tensor<8192x5120xbf16>) -> (tensor<?x?x8176xbf16>, tensor<?x?x16xbf16>) {
  %y = ssm.linear %x, %w : (tensor<?x?x5120xbf16>, tensor<8192x5120xbf16>) -> tensor<?x?x8192xbf16>
  %a, %b = ssm.split %y : tensor<?x?x8192xbf16> -> tensor<?x?x8176xbf16>, tensor<?x?x16xbf16>
  return %a, %b : tensor<?x?x8176xbf16>, tensor<?x?x16xbf16>
}

// -----

// A product with a bias, one that is read whole too, a cut along time of a
// weight, and one that the source keeps together.
// CHECK-LABEL: func.func @stays
// CHECK: ssm.linear {{.*}} bias({{.*}}) {ssm.parts = "together", ssm.parts_reason = "a library takes a bias whole"}
// CHECK: ssm.linear %{{[a-z0-9]+}}, %{{[a-z0-9]+}} :
// CHECK: ssm.linear {{.*}} {ssm.parts = "together", ssm.parts_reason = "written in the source"}
// CHECK-NOT: along
func.func @stays(%x: tensor<?x?x2560xbf16>, %w: tensor<10240x2560xbf16>, %v: tensor<10240xbf16>)
    -> (tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>, tensor<?x?x10240xbf16>, tensor<?x?x5120xbf16>) {
  %y = ssm.linear %x, %w bias(%v) : (tensor<?x?x2560xbf16>, tensor<10240x2560xbf16>, tensor<10240xbf16>) -> tensor<?x?x10240xbf16>
  %a, %b = ssm.split %y : tensor<?x?x10240xbf16> -> tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
  %z = ssm.linear %x, %w : (tensor<?x?x2560xbf16>, tensor<10240x2560xbf16>) -> tensor<?x?x10240xbf16>
  %c, %d = ssm.split %z : tensor<?x?x10240xbf16> -> tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
  %u = ssm.linear %x, %w {ssm.parts = "together"} : (tensor<?x?x2560xbf16>, tensor<10240x2560xbf16>) -> tensor<?x?x10240xbf16>
  %e, %f = ssm.split %u : tensor<?x?x10240xbf16> -> tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>
  return %a, %c, %z, %f : tensor<?x?x5120xbf16>, tensor<?x?x5120xbf16>, tensor<?x?x10240xbf16>, tensor<?x?x5120xbf16>
}

// -----

// What the source says is done at every size and on every target.
// CHECK-LABEL: func.func @written
// MANY-LABEL: func.func @written
// MANY: ssm.linear {{.*}} {ssm.parts = "apart", ssm.parts_reason = "written in the source"}
// SM80-LABEL: func.func @written
// SM80: ssm.split {{.*}} along(0) : tensor<8x4xf32> -> tensor<3x4xf32>, tensor<5x4xf32>
func.func @written(%x: tensor<?x?x4xf32>, %w: tensor<8x4xf32>) -> (tensor<?x?x3xf32>, tensor<?x?x5xf32>) {
  %y = ssm.linear %x, %w {ssm.parts = "apart"} : (tensor<?x?x4xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  %a, %b = ssm.split %y : tensor<?x?x8xf32> -> tensor<?x?x3xf32>, tensor<?x?x5xf32>
  return %a, %b : tensor<?x?x3xf32>, tensor<?x?x5xf32>
}
