// RUN: ssm-opt %s --split-input-file --verify-diagnostics

func.func @long_conv_c1(%x: tensor<?x8xf32>, %k: tensor<1x?x8xf32>) {
  // expected-error@+1 {{'ssm.long_conv' op expected x of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.long_conv %x, %k : (tensor<?x8xf32>, tensor<1x?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @long_conv_c1_result(%x: tensor<?x?x8xf32>, %k: tensor<1x?x8xf32>) {
  // expected-error@+1 {{'ssm.long_conv' op expected a result of 'tensor<?x?x8xf32>', got 'tensor<?x?x4xf32>'}}
  %0 = ssm.long_conv %x, %k : (tensor<?x?x8xf32>, tensor<1x?x8xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @long_conv_c2(%x: tensor<?x?x8xf32>, %k: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.long_conv' op expected k of shape (1, ?, 8), got 'tensor<?x?x8xf32>'}}
  %0 = ssm.long_conv %x, %k : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @long_conv_c2_length(%x: tensor<?x?x8xf32>, %k: tensor<1x4x8xf32>) {
  // expected-error@+1 {{'ssm.long_conv' op expected k of shape (1, ?, 8), got 'tensor<1x4x8xf32>'}}
  %0 = ssm.long_conv %x, %k : (tensor<?x?x8xf32>, tensor<1x4x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @long_conv_c3(%x: tensor<?x?x8xbf16>, %k: tensor<1x?x8xbf16>) {
  // expected-error@+1 {{'ssm.long_conv' op expected elements of f32 or f64, got 'bf16'}}
  %0 = ssm.long_conv %x, %k : (tensor<?x?x8xbf16>, tensor<1x?x8xbf16>) -> tensor<?x?x8xbf16>
  return
}

// -----

func.func @long_conv_c3_kernel(%x: tensor<?x?x8xf32>, %k: tensor<1x?x8xf64>) {
  // expected-error@+1 {{'ssm.long_conv' op expected k of 'f32', got 'tensor<1x?x8xf64>'}}
  %0 = ssm.long_conv %x, %k : (tensor<?x?x8xf32>, tensor<1x?x8xf64>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<1x1x8xf32>) {
  // expected-error@+1 {{'ssm.pad' op expected the result of shape (1, ?, 8), got 'tensor<?x?x8xf32>'}}
  %0 = ssm.pad %x : tensor<1x1x8xf32> -> tensor<?x?x8xf32>
  return
}

// -----

func.func @pad_c1_element(%x: tensor<1x1x8xf32>) {
  // expected-error@+1 {{'ssm.pad' op expected a result of 'f32', got 'tensor<1x?x8xbf16>'}}
  %0 = ssm.pad %x : tensor<1x1x8xf32> -> tensor<1x?x8xbf16>
  return
}

// -----

func.func @pad_c2(%x: tensor<1x?x8xf32>) {
  // expected-error@+1 {{'ssm.pad' op expected 1 to 256 tokens to pad, got 'tensor<1x?x8xf32>'}}
  %0 = ssm.pad %x : tensor<1x?x8xf32> -> tensor<1x?x8xf32>
  return
}

// -----

func.func @pad_c2_many(%x: tensor<1x257x8xf32>) {
  // expected-error@+1 {{'ssm.pad' op expected 1 to 256 tokens to pad, got 'tensor<1x257x8xf32>'}}
  %0 = ssm.pad %x : tensor<1x257x8xf32> -> tensor<1x?x8xf32>
  return
}

// -----

// expected-error@+1 {{expected directBelow of at least 0, got -1}}
func.func private @convolution_c1() attributes {a = #ssm.convolution<x = 0, k = 1, y = 2, reverse = 0, directBelow = -1>}

// -----

// expected-error@+1 {{expected reverse of 0 or 1, got 2}}
func.func private @convolution_c1_reverse() attributes {a = #ssm.convolution<x = 0, k = 1, y = 2, reverse = 2, directBelow = 0>}

// -----

ssm.tile.kernel @k(%a: memref<?x?x8xf32>, %b: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}
func.func @launch_c4(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.launch' op expected k of the convolution to be one of 1 inputs, got number 1}}
  %0 = ssm.launch @k(%x) convolution(<x = 0, k = 1, y = 1, reverse = 0, directBelow = 0>)
      : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

ssm.tile.kernel @k(%a: memref<?x?x8xf32>, %b: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}
func.func @launch_c4_result(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.launch' op expected y of the convolution to be a result, number 1 to 1, got number 0}}
  %0 = ssm.launch @k(%x) convolution(<x = 0, k = 0, y = 0, reverse = 0, directBelow = 0>)
      : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}
