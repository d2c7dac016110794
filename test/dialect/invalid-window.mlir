// RUN: ssm-opt %s --split-input-file --verify-diagnostics

func.func @conv1d_c5(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>, %i: tensor<?x4x8xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected init of shape (?, 3, 8), got 'tensor<?x4x8xf32>'}}
  %0 = ssm.conv1d silu %x, %w init(%i)
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x4x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @conv1d_c6(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>, %i: tensor<?x3x8xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected no init in a reverse window, got 'tensor<?x3x8xf32>'}}
  %0 = ssm.conv1d silu %x, %w init(%i) reverse
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x3x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @tail_c1(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.tail' op expected the result of shape (?, 3, 8), got 'tensor<?x3x4xf32>'}}
  %0 = ssm.tail %x : (tensor<?x?x8xf32>) -> tensor<?x3x4xf32>
  return
}

// -----

func.func @tail_c1_rank(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{'ssm.tail' op expected x of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.tail %x : (tensor<?x8xf32>) -> tensor<?x3x8xf32>
  return
}

// -----

func.func @tail_c2(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.tail' op expected the result of 1 to 256 tokens, got 'tensor<?x?x8xf32>'}}
  %0 = ssm.tail %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @tail_c2_many(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.tail' op expected the result of 1 to 256 tokens, got 'tensor<?x257x8xf32>'}}
  %0 = ssm.tail %x : (tensor<?x?x8xf32>) -> tensor<?x257x8xf32>
  return
}

// -----

func.func @tail_c3(%x: tensor<?x?x8xf32>, %i: tensor<?x3x4xf32>) {
  // expected-error@+1 {{'ssm.tail' op expected init of shape (?, 3, 8), got 'tensor<?x3x4xf32>'}}
  %0 = ssm.tail %x init(%i) : (tensor<?x?x8xf32>, tensor<?x3x4xf32>) -> tensor<?x3x8xf32>
  return
}
