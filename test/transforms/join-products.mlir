// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-join-products{target=sm_90a}))' --split-input-file | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-join-products{target=cpu}))' --split-input-file | FileCheck %s --check-prefix=CPU

// A product of small rank whose only reader is a scan at its own token joins the
// scan's kernel, which then reads what the product read. On a CPU it does not.
// CHECK-LABEL: func.func @joins
// CHECK-SAME: %[[U:[a-z0-9]+]]: tensor<?x?x2048xbf16>, %[[LOW:[a-z0-9]+]]: tensor<?x?x8xbf16>, %[[W:[a-z0-9]+]]: tensor<2048x8xbf16>
// CHECK-NOT: library
// CHECK: ssm.kernel "joins_scan_1" ins(%[[LOW]], %[[W]], %[[U]] :
// CHECK: %[[D:.*]] = ssm.linear {{.*}} {ssm.fuse = "reader", ssm.fuse_reason = "{{[0-9.]+}} us expected in one kernel, {{[0-9.]+}} us in two"}
// CHECK: ssm.activation softplus %[[D]]
// CHECK: ssm.scan
// CPU-LABEL: func.func @joins
// CPU: ssm.kernel "joins_linear_0" {{.*}} library
// CPU: ssm.linear {{.*}} {ssm.fuse = "alone", ssm.fuse_reason = "a CPU multiplies whole matrices faster"}
// CPU: ssm.kernel "joins_scan_1"
func.func @joins(%u: tensor<?x?x2048xbf16>, %low: tensor<?x?x8xbf16>, %w: tensor<2048x8xbf16>) -> tensor<?x?x2048xbf16> {
  %d = ssm.linear %low, %w : (tensor<?x?x8xbf16>, tensor<2048x8xbf16>) -> tensor<?x?x2048xbf16>
  %a = ssm.activation softplus %d : (tensor<?x?x2048xbf16>) -> tensor<?x?x2048xf32>
  %y = ssm.scan %u, %a, %a : (tensor<?x?x2048xbf16>, tensor<?x?x2048xf32>, tensor<?x?x2048xf32>) -> tensor<?x?x2048xbf16>
  return %y : tensor<?x?x2048xbf16>
}

// -----

// In f32 the lanes would multiply: too slow beside a kernel of its own.
// CHECK-LABEL: func.func @costs_too_much
// CHECK: ssm.kernel "costs_too_much_linear_0" {{.*}} library
// CHECK: ssm.linear {{.*}} {ssm.fuse = "alone", ssm.fuse_reason = "{{[0-9.]+}} us expected in one kernel, {{[0-9.]+}} us in two"}
// CHECK: ssm.kernel "costs_too_much_scan_1"
func.func @costs_too_much(%u: tensor<?x?x2048xf32>, %low: tensor<?x?x512xf32>, %w: tensor<2048x512xf32>) -> tensor<?x?x2048xf32> {
  %d = ssm.linear %low, %w : (tensor<?x?x512xf32>, tensor<2048x512xf32>) -> tensor<?x?x2048xf32>
  %a = ssm.activation softplus %d : (tensor<?x?x2048xf32>) -> tensor<?x?x2048xf32>
  %y = ssm.scan %u, %a, %a : (tensor<?x?x2048xf32>, tensor<?x?x2048xf32>, tensor<?x?x2048xf32>) -> tensor<?x?x2048xf32>
  return %y : tensor<?x?x2048xf32>
}

// -----

// What the source says is done, on every target.
// CHECK-LABEL: func.func @written
// CHECK: ssm.kernel "written_linear_0" {{.*}} library
// CHECK: ssm.linear {{.*}} {ssm.fuse = "alone", ssm.fuse_reason = "written in the source"}
// CHECK: ssm.kernel "written_scan_1"
// CPU-LABEL: func.func @written
// CPU: ssm.fuse = "alone"
func.func @written(%u: tensor<?x?x2048xbf16>, %low: tensor<?x?x64xbf16>, %w: tensor<2048x64xbf16>) -> tensor<?x?x2048xbf16> {
  %d = ssm.linear %low, %w {ssm.fuse = "alone"} : (tensor<?x?x64xbf16>, tensor<2048x64xbf16>) -> tensor<?x?x2048xbf16>
  %y = ssm.scan %u, %d, %d : (tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>) -> tensor<?x?x2048xbf16>
  return %y : tensor<?x?x2048xbf16>
}

// -----

// CHECK-LABEL: func.func @written_reader
// CHECK-NOT: library
// CHECK: ssm.fuse = "reader", ssm.fuse_reason = "written in the source"
// CPU-LABEL: func.func @written_reader
// CPU-NOT: library
// CPU: ssm.fuse = "reader", ssm.fuse_reason = "written in the source"
func.func @written_reader(%u: tensor<?x?x8xf32>, %low: tensor<?x?x3xf32>, %w: tensor<8x3xf32>) -> tensor<?x?x8xf32> {
  %d = ssm.linear %low, %w {ssm.fuse = "reader"} : (tensor<?x?x3xf32>, tensor<8x3xf32>) -> tensor<?x?x8xf32>
  %y = ssm.scan %u, %d, %d : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// No candidates: a window reads other tokens, a split other channels, a second
// kernel or the caller the result, a product no recurrence.
// CHECK-LABEL: func.func @stays
// CHECK-COUNT-4: library {
// CHECK-NOT: ssm.fuse
func.func @stays(%u: tensor<?x?x64xbf16>, %low: tensor<?x?x8xbf16>, %w: tensor<64x8xbf16>, %v: tensor<128x8xbf16>, %taps: tensor<64x2xbf16>, %o: tensor<4x64xbf16>)
    -> (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x4xbf16>) {
  %0 = ssm.linear %low, %w : (tensor<?x?x8xbf16>, tensor<64x8xbf16>) -> tensor<?x?x64xbf16>
  %1 = ssm.conv1d identity %0, %taps : (tensor<?x?x64xbf16>, tensor<64x2xbf16>) -> tensor<?x?x64xbf16>
  %2 = ssm.scan %u, %1, %1 : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  %3 = ssm.linear %low, %v : (tensor<?x?x8xbf16>, tensor<128x8xbf16>) -> tensor<?x?x128xbf16>
  %4, %5 = ssm.split %3 : tensor<?x?x128xbf16> -> tensor<?x?x64xbf16>, tensor<?x?x64xbf16>
  %6 = ssm.scan %u, %4, %5 : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  %7 = ssm.linear %u, %o : (tensor<?x?x64xbf16>, tensor<4x64xbf16>) -> tensor<?x?x4xbf16>
  %8 = ssm.linear %low, %w : (tensor<?x?x8xbf16>, tensor<64x8xbf16>) -> tensor<?x?x64xbf16>
  %9 = ssm.scan %u, %8, %8 : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  %10 = ssm.gate silu %9, %8 : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  %11 = ssm.gate silu %8, %2 : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  return %11, %6, %10, %7 : tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x4xbf16>
}

// -----

// Of two products that a scan reads, one shares its kernel.
// CHECK-LABEL: func.func @one_of_two
// CHECK: library
// CHECK-NOT: library
// CHECK: ssm.linear {{.*}} {ssm.fuse = "reader"
// CHECK-NOT: ssm.linear
func.func @one_of_two(%u: tensor<?x?x64xbf16>, %low: tensor<?x?x8xbf16>, %w: tensor<64x8xbf16>, %v: tensor<64x8xbf16>) -> tensor<?x?x64xbf16> {
  %0 = ssm.linear %low, %w {ssm.fuse = "reader"} : (tensor<?x?x8xbf16>, tensor<64x8xbf16>) -> tensor<?x?x64xbf16>
  %1 = ssm.linear %low, %v : (tensor<?x?x8xbf16>, tensor<64x8xbf16>) -> tensor<?x?x64xbf16>
  %2 = ssm.scan %u, %0, %1 : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  return %2 : tensor<?x?x64xbf16>
}

// -----

// A kernel with a schedule is somebody's choice already.
// CHECK-LABEL: func.func @scheduled
// CHECK: library
// CHECK-NOT: ssm.fuse
func.func @scheduled(%u: tensor<?x?x64xbf16>, %low: tensor<?x?x8xbf16>, %w: tensor<64x8xbf16>) -> tensor<?x?x64xbf16> {
  %0 = ssm.kernel "p" ins(%low, %w : tensor<?x?x8xbf16>, tensor<64x8xbf16>) library {
  ^bb0(%a: tensor<?x?x8xbf16>, %b: tensor<64x8xbf16>):
    %2 = ssm.linear %a, %b : (tensor<?x?x8xbf16>, tensor<64x8xbf16>) -> tensor<?x?x64xbf16>
    ssm.yield %2 : tensor<?x?x64xbf16>
  } -> tensor<?x?x64xbf16>
  %1 = ssm.kernel "k" ins(%u, %0 : tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) schedule(<time = 16, channels = 16>) {
  ^bb0(%a: tensor<?x?x64xbf16>, %b: tensor<?x?x64xbf16>):
    %2 = ssm.scan %a, %b, %b : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
    ssm.yield %2 : tensor<?x?x64xbf16>
  } -> tensor<?x?x64xbf16>
  return %1 : tensor<?x?x64xbf16>
}

// -----

// A product joins the window that it multiplies where the source says so. A scan
// reads the window too: both are results of one kernel.
// CHECK-LABEL: func.func @factor
// CHECK-NOT: library
// CHECK: %[[K:.*]]:2 = ssm.kernel "factor_linear_1" ins(%{{.*}}, %{{.*}}, %{{.*}} :
// CHECK: %[[C:.*]] = ssm.conv1d
// CHECK: %[[Y:.*]] = ssm.linear %[[C]], {{.*}}ssm.fuse = "factor"
// CHECK: ssm.yield %[[Y]], %[[C]]
// CHECK: %[[S:.*]] = ssm.kernel "factor_scan_2" ins(%[[K]]#1 :
// CHECK: return %[[K]]#0, %[[S]]
func.func @factor(%x: tensor<?x?x2048xbf16>, %taps: tensor<2048x4xbf16>, %w: tensor<96x2048xbf16>) -> (tensor<?x?x96xbf16>, tensor<?x?x2048xbf16>) {
  %c = ssm.conv1d silu %x, %taps : (tensor<?x?x2048xbf16>, tensor<2048x4xbf16>) -> tensor<?x?x2048xbf16>
  %y = ssm.linear %c, %w {ssm.fuse = "factor"} : (tensor<?x?x2048xbf16>, tensor<96x2048xbf16>) -> tensor<?x?x96xbf16>
  %s = ssm.scan %c, %c, %c : (tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>) -> tensor<?x?x2048xbf16>
  return %y, %s : tensor<?x?x96xbf16>, tensor<?x?x2048xbf16>
}

// -----

// Must not fire: it is expected to take longer.
// CHECK-LABEL: func.func @window_alone
// CHECK: ssm.kernel "window_alone_conv1d_0"
// CHECK: ssm.kernel "window_alone_linear_1" {{.*}} library
// CHECK: {ssm.fuse = "alone", ssm.fuse_reason = "{{[0-9.]+}} us expected in one kernel, {{[0-9.]+}} us in two"}
// CPU-LABEL: func.func @window_alone
// CPU: ssm.kernel "window_alone_conv1d_0"
// CPU: ssm.kernel "window_alone_linear_1" {{.*}} library
// CPU: {ssm.fuse = "alone", ssm.fuse_reason = "a CPU multiplies whole matrices faster"}
func.func @window_alone(%x: tensor<?x?x2048xbf16>, %taps: tensor<2048x4xbf16>, %w: tensor<96x2048xbf16>) -> (tensor<?x?x96xbf16>, tensor<?x?x2048xbf16>) {
  %c = ssm.conv1d silu %x, %taps : (tensor<?x?x2048xbf16>, tensor<2048x4xbf16>) -> tensor<?x?x2048xbf16>
  %y = ssm.linear %c, %w : (tensor<?x?x2048xbf16>, tensor<96x2048xbf16>) -> tensor<?x?x96xbf16>
  %s = ssm.scan %c, %c, %c : (tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>) -> tensor<?x?x2048xbf16>
  return %y, %s : tensor<?x?x96xbf16>, tensor<?x?x2048xbf16>
}

// -----

// Many outputs do not fit the lanes of one block.
// CHECK-LABEL: func.func @wide_factor
// CHECK: ssm.kernel "wide_factor_activation_0"
// CHECK: library
// CHECK: ssm.fuse = "alone", ssm.fuse_reason = "too large for a multiprocessor"
func.func @wide_factor(%x: tensor<?x?x512xbf16>, %w: tensor<2048x512xbf16>) -> tensor<?x?x2048xbf16> {
  %c = ssm.activation silu %x : (tensor<?x?x512xbf16>) -> tensor<?x?x512xbf16>
  %y = ssm.linear %c, %w : (tensor<?x?x512xbf16>, tensor<2048x512xbf16>) -> tensor<?x?x2048xbf16>
  return %y : tensor<?x?x2048xbf16>
}

// -----

// No candidates: a factor that is read before the product, one that is summed,
// the part of a computed value, and the weights.
// CHECK-LABEL: func.func @other_factors
// CHECK-COUNT-4: library {
// CHECK-NOT: ssm.fuse
func.func @other_factors(%x: tensor<?x?x64xbf16>, %g: tensor<64xf32>, %v: tensor<?x?x128xbf16>, %w: tensor<8x64xbf16>)
    -> (tensor<?x?x8xbf16>, tensor<?x?x64xbf16>, tensor<?x?x8xbf16>, tensor<?x?x8xbf16>, tensor<?x?x8xbf16>) {
  %0 = ssm.activation silu %x : (tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  %1 = ssm.scan %0, %0, %0 : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
  %2 = ssm.linear %0, %w : (tensor<?x?x64xbf16>, tensor<8x64xbf16>) -> tensor<?x?x8xbf16>
  %3 = ssm.rms_norm %x, %g {epsilon = 1.0e-5 : f64} : (tensor<?x?x64xbf16>, tensor<64xf32>) -> tensor<?x?x64xbf16>
  %4 = ssm.linear %3, %w : (tensor<?x?x64xbf16>, tensor<8x64xbf16>) -> tensor<?x?x8xbf16>
  %5 = ssm.activation silu %v : (tensor<?x?x128xbf16>) -> tensor<?x?x128xbf16>
  %6, %7 = ssm.split %5 : tensor<?x?x128xbf16> -> tensor<?x?x64xbf16>, tensor<?x?x64xbf16>
  %8 = ssm.linear %6, %w : (tensor<?x?x64xbf16>, tensor<8x64xbf16>) -> tensor<?x?x8xbf16>
  %e = math.exp %w : tensor<8x64xbf16>
  %9 = ssm.linear %x, %e : (tensor<?x?x64xbf16>, tensor<8x64xbf16>) -> tensor<?x?x8xbf16>
  return %2, %1, %4, %8, %9 : tensor<?x?x8xbf16>, tensor<?x?x64xbf16>, tensor<?x?x8xbf16>, tensor<?x?x8xbf16>, tensor<?x?x8xbf16>
}

// -----

// Must not join, neither here nor through a pointwise op: the recurrence reads the
// product's channels as its states.
// CHECK-LABEL: func.func @states
// CHECK: ssm.kernel "states_linear_0" {{.*}} library
// CHECK-NOT: ssm.fuse = "reader"
// CHECK: ssm.kernel "states_recurrence_1"
func.func @states(%v: tensor<?x?x2048xbf16>, %low: tensor<?x?x8xbf16>, %w: tensor<16x8xbf16>) -> tensor<?x?x2048xbf16> {
  %d = ssm.linear %low, %w : (tensor<?x?x8xbf16>, tensor<16x8xbf16>) -> tensor<?x?x16xbf16>
  %a = ssm.activation sigmoid %d : (tensor<?x?x16xbf16>) -> tensor<?x?x16xf32>
  %y = ssm.recurrence ins(%v "btc", %a "btn") : (tensor<?x?x2048xbf16>, tensor<?x?x16xf32>) -> tensor<?x?x2048xbf16> {
  ^bb0(%ve: f32, %ae: f32, %h: f32):
    %kept = arith.mulf %ae, %h : f32
    %next = arith.addf %kept, %ve : f32
    ssm.yield %next, %next : f32, f32
  }
  return %y : tensor<?x?x2048xbf16>
}
