// RUN: ssm-opt %s --split-input-file --verify-diagnostics

func.func @packed_c1(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected x of shape (1, ?, channel) for packed sequences, got 'tensor<?x?x8xf32>'}}
  %0 = ssm.conv1d silu %x, %w packed(%ends)
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?xi32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @packed_c1_length(%x: tensor<1x64x8xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.tail' op expected x of shape (1, ?, channel) for packed sequences, got 'tensor<1x64x8xf32>'}}
  %0 = ssm.tail %x packed(%ends) : (tensor<1x64x8xf32>, tensor<?xi32>) -> tensor<?x3x8xf32>
  return
}

// -----

func.func @packed_c1_scan(%u: tensor<4x?x8xf32>, %ends: tensor<4xi32>) {
  // expected-error@+1 {{'ssm.scan' op expected u of shape (1, ?, channel) for packed sequences, got 'tensor<4x?x8xf32>'}}
  %0 = ssm.scan %u, %u, %u packed(%ends)
      : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4xi32>)
      -> tensor<4x?x8xf32>
  return
}

// -----

func.func @packed_c1_recurrence(%u: tensor<?x?x8xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected y of shape (1, ?, channel) for packed sequences, got 'tensor<?x?x8xf32>'}}
  %0 = ssm.recurrence ins(%u "btc") packed(%ends)
      : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf32> {
  ^bb0(%ut: f32, %s: f32):
    %n = arith.addf %s, %ut : f32
    ssm.yield %n, %n : f32, f32
  }
  return
}

// -----

func.func @packed_c1_ends(%u: tensor<1x?x8xf32>, %ends: tensor<?xf32>) {
  // expected-error@+1 {{'ssm.scan' op operand #3 must be 1D tensor of 32-bit signless integer values, but got 'tensor<?xf32>'}}
  %0 = ssm.scan %u, %u, %u packed(%ends)
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<?xf32>)
      -> tensor<1x?x8xf32>
  return
}

// -----

func.func @conv1d_c5(%x: tensor<1x?x8xf32>, %w: tensor<8x4xf32>, %i: tensor<1x3x8xf32>,
                     %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected init of shape (?, 3, 8), got 'tensor<1x3x8xf32>'}}
  %0 = ssm.conv1d silu %x, %w init(%i) packed(%ends)
      : (tensor<1x?x8xf32>, tensor<8x4xf32>, tensor<1x3x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
  return
}

// -----

func.func @tail_c1(%x: tensor<1x?x8xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.tail' op expected the result of shape (?, 3, 8), got 'tensor<1x3x8xf32>'}}
  %0 = ssm.tail %x packed(%ends) : (tensor<1x?x8xf32>, tensor<?xi32>) -> tensor<1x3x8xf32>
  return
}

// -----

func.func @tail_c3(%x: tensor<1x?x8xf32>, %i: tensor<1x3x8xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.tail' op expected init of shape (?, 3, 8), got 'tensor<1x3x8xf32>'}}
  %0 = ssm.tail %x init(%i) packed(%ends)
      : (tensor<1x?x8xf32>, tensor<1x3x8xf32>, tensor<?xi32>) -> tensor<?x3x8xf32>
  return
}

// -----

func.func @scan_c5(%u: tensor<1x?x8xf32>, %h: tensor<4x8xf32>, %ends: tensor<3xi32>) {
  // expected-error@+1 {{'ssm.scan' op expected init of shape (3, 8), got 'tensor<4x8xf32>'}}
  %0 = ssm.scan %u, %u, %u init(%h) packed(%ends)
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<4x8xf32>, tensor<3xi32>)
      -> tensor<1x?x8xf32>
  return
}

// -----

// What has no time is given for each sequence, not for the one row.
func.func @recurrence_c3(%u: tensor<1x?x8xf32>, %b: tensor<1x8xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected input 1 with a size of ? along b, got 'tensor<1x8xf32>'}}
  %0 = ssm.recurrence ins(%u "btc", %b "bc") packed(%ends)
      : (tensor<1x?x8xf32>, tensor<1x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32> {
  ^bb0(%ut: f32, %bc: f32, %s: f32):
    %n = arith.addf %s, %ut : f32
    ssm.yield %n, %bc : f32, f32
  }
  return
}

// -----

func.func @recurrence_c9(%u: tensor<1x?x8xf32>, %h: tensor<1x8xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected init of shape (?, 8), got 'tensor<1x8xf32>'}}
  %0 = ssm.recurrence ins(%u "btc") init(%h) packed(%ends)
      : (tensor<1x?x8xf32>, tensor<1x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32> {
  ^bb0(%ut: f32, %s: f32):
    %n = arith.addf %s, %ut : f32
    ssm.yield %n, %n : f32, f32
  }
  return
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected packed to be the number of an i32 argument with an element for each batch, got 0}}
ssm.tile.kernel @tile_kernel_c5(%x: memref<1x?x8xf32>, %ends: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>], grid = [#ssm<axis batch>], packed = 0} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected packed to be the number of an i32 argument with an element for each batch, got 1}}
ssm.tile.kernel @tile_kernel_c5_size(%x: memref<1x?x8xf32>, %ends: memref<3xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>], grid = [#ssm<axis batch>], packed = 1} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected the batch in the grid of a packed kernel and the time in none}}
ssm.tile.kernel @tile_kernel_c6(%x: memref<1x?x8xf32>, %ends: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>],
                grid = [#ssm<axis batch>, #ssm<axis time>], packed = 1} {
  ssm.yield
}
