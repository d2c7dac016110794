// RUN: ssm-opt %s --split-input-file --verify-diagnostics

func.func @order_c1(%u: tensor<?x?x8xf32>, %order: tensor<2x?xi32>) {
  // expected-error@+1 {{'ssm.scan' op expected an order of shape (1, ?), got 'tensor<2x?xi32>'}}
  %0 = ssm.scan %u, %u, %u ordered(%order)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<2x?xi32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @order_c1_length(%x: tensor<?x64x8xf32>, %w: tensor<8x4xf32>, %order: tensor<1x?xi32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected x with a length of ? beside an order, got 'tensor<?x64x8xf32>'}}
  %0 = ssm.conv1d silu %x, %w ordered(%order)
      : (tensor<?x64x8xf32>, tensor<8x4xf32>, tensor<1x?xi32>) -> tensor<?x64x8xf32>
  return
}

// -----

func.func @order_c1_static(%u: tensor<?x?x8xf32>, %order: tensor<1x64xi32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected an order of shape (1, ?), got 'tensor<1x64xi32>'}}
  %0 = ssm.recurrence ins(%u "btc") ordered(%order)
      : (tensor<?x?x8xf32>, tensor<1x64xi32>) -> tensor<?x?x8xf32> {
  ^bb0(%ut: f32, %s: f32):
    %n = arith.addf %s, %ut : f32
    ssm.yield %n, %n : f32, f32
  }
  return
}

// -----

func.func @order_c1_type(%u: tensor<?x?x8xf32>, %order: tensor<1x?xf32>) {
  // expected-error@+1 {{'ssm.scan' op operand #3 must be 2D tensor of 32-bit signless integer values, but got 'tensor<1x?xf32>'}}
  %0 = ssm.scan %u, %u, %u ordered(%order)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xf32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @order_c2(%u: tensor<1x?x8xf32>, %ends: tensor<?xi32>, %order: tensor<1x?xi32>) {
  // expected-error@+1 {{'ssm.scan' op expected an order or packed sequences, got both}}
  %0 = ssm.scan %u, %u, %u packed(%ends) ordered(%order)
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<?xi32>, tensor<1x?xi32>)
      -> tensor<1x?x8xf32>
  return
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected ordered to be the number of an i32 argument with an element for each token, got 0}}
ssm.tile.kernel @tile_kernel_c7(%x: memref<?x?x8xf32>, %order: memref<1x?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>],
                grid = [#ssm<axis batch>], ordered = 0} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected ordered to be the number of an i32 argument with an element for each token, got 1}}
ssm.tile.kernel @tile_kernel_c7_time(%x: memref<?x?x8xf32>, %order: memref<1x?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 64, tile = 4>],
                grid = [#ssm<axis batch>], ordered = 1} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected ordered to be the number of an i32 argument with an element for each token, got 7}}
ssm.tile.kernel @tile_kernel_c7_number(%x: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>],
                grid = [#ssm<axis batch>], ordered = 7} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected an order or packed sequences in a kernel, got both}}
ssm.tile.kernel @tile_kernel_c8(%x: memref<1x?x8xf32>, %order: memref<1x?xi32>, %ends: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>],
                grid = [#ssm<axis batch>], packed = 2, ordered = 1} {
  ssm.yield
}
