// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One function for each constraint of a block op, named after it.

func.func @sizes_c1(%x: tensor<?x?x?xf32>) {
  // expected-error@+1 {{'ssm.gate' op expected a static size of dimension 2, got 'tensor<?x?x?xf32>'}}
  %0 = ssm.gate silu %x, %x : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @sizes_c2(%x: tensor<?x?x0xf32>) {
  // expected-error@+1 {{'ssm.gate' op expected sizes of at least 1, got 'tensor<?x?x0xf32>'}}
  %0 = ssm.gate silu %x, %x : (tensor<?x?x0xf32>, tensor<?x?x0xf32>) -> tensor<?x?x0xf32>
  return
}

// -----

func.func @sizes_c3(%x: tensor<?x?x281474976710657xf32>) {
  // expected-error@+1 {{'ssm.activation' op expected at most 281474976710656 elements for each symbolic size, got 'tensor<?x?x281474976710657xf32>'}}
  %0 = ssm.activation silu %x : (tensor<?x?x281474976710657xf32>) -> tensor<?x?x281474976710657xf32>
  return
}

// -----

// The product overflows 64 bits and is small again.
func.func @sizes_c3_product(%x: tensor<4294967296x4294967296x8xf32>) {
  // expected-error@+1 {{'ssm.reverse' op expected at most 281474976710656 elements for each symbolic size}}
  %0 = ssm.reverse %x : tensor<4294967296x4294967296x8xf32>
  return
}

// -----

func.func @linear_c1_x(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>) {
  // expected-error@+1 {{'ssm.linear' op expected x of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.linear %x, %w : (tensor<?x8xf32>, tensor<4x8xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @linear_c1_result(%x: tensor<?x?x8xf32>, %w: tensor<4x8xf32>) {
  // expected-error@+1 {{'ssm.linear' op expected the result of rank 3, got 'tensor<?x4xf32>'}}
  %0 = ssm.linear %x, %w : (tensor<?x?x8xf32>, tensor<4x8xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_c1_weight(%x: tensor<?x?x8xf32>, %w: tensor<4x8x1xf32>) {
  // expected-error@+1 {{'ssm.linear' op expected weight of rank 2, got 'tensor<4x8x1xf32>'}}
  %0 = ssm.linear %x, %w : (tensor<?x?x8xf32>, tensor<4x8x1xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @linear_c2(%x: tensor<?x?x8xf32>, %w: tensor<4x8xf32>) {
  // expected-error@+1 {{'ssm.linear' op expected the result of shape (?, ?, 4), got 'tensor<?x16x4xf32>'}}
  %0 = ssm.linear %x, %w : (tensor<?x?x8xf32>, tensor<4x8xf32>) -> tensor<?x16x4xf32>
  return
}

// -----

func.func @linear_c3(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>) {
  // expected-error@+1 {{'ssm.linear' op expected weight of shape (4, 8), got 'tensor<8x4xf32>'}}
  %0 = ssm.linear %x, %w : (tensor<?x?x8xf32>, tensor<8x4xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @linear_c4(%x: tensor<?x?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<8xf32>) {
  // expected-error@+1 {{'ssm.linear' op expected bias of shape (4), got 'tensor<8xf32>'}}
  %0 = ssm.linear %x, %w bias(%b)
      : (tensor<?x?x8xf32>, tensor<4x8xf32>, tensor<8xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @conv1d_c1_rank(%x: tensor<?x8xf32>, %w: tensor<8x4xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected x of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.conv1d silu %x, %w : (tensor<?x8xf32>, tensor<8x4xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @conv1d_c1_shape(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected the result of shape (?, ?, 8), got 'tensor<?x?x4xf32>'}}
  %0 = ssm.conv1d silu %x, %w : (tensor<?x?x8xf32>, tensor<8x4xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @conv1d_c2(%x: tensor<?x?x8xf32>, %w: tensor<8x2x4xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected weight of shape (channel, width) or (channel, 1, width) with 8 channels, got 'tensor<8x2x4xf32>'}}
  %0 = ssm.conv1d silu %x, %w : (tensor<?x?x8xf32>, tensor<8x2x4xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @conv1d_c2_width(%x: tensor<?x?x8xf32>, %w: tensor<8x?xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected weight of shape (channel, width) or (channel, 1, width) with 8 channels, got 'tensor<8x?xf32>'}}
  %0 = ssm.conv1d silu %x, %w : (tensor<?x?x8xf32>, tensor<8x?xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @conv1d_c4(%x: tensor<?x?x8xf32>, %w: tensor<8x1x257xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected a width of at most 256, got 'tensor<8x1x257xf32>'}}
  %0 = ssm.conv1d silu %x, %w : (tensor<?x?x8xf32>, tensor<8x1x257xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @conv1d_c3(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{'ssm.conv1d' op expected bias of shape (8), got 'tensor<4xf32>'}}
  %0 = ssm.conv1d silu %x, %w bias(%b)
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<4xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @activation_c1(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.activation' op expected the result of shape (?, ?, 8), got 'tensor<?x8xf32>'}}
  %0 = ssm.activation relu %x : (tensor<?x?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @activation_c2(%x: tensor<?x?x8xf32>, %b: tensor<1x8xf32>) {
  // expected-error@+1 {{'ssm.activation' op expected bias of shape (8), got 'tensor<1x8xf32>'}}
  %0 = ssm.activation relu %x bias(%b)
      : (tensor<?x?x8xf32>, tensor<1x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @activation_c3(%x: tensor<1x1x1x1x8xf32>) {
  // expected-error@+1 {{'ssm.activation' op expected x of rank 0 to 4, got 'tensor<1x1x1x1x8xf32>'}}
  %0 = ssm.activation relu %x : (tensor<1x1x1x1x8xf32>) -> tensor<1x1x1x1x8xf32>
  return
}

// -----

func.func @activation_c3_bias(%x: tensor<f32>, %b: tensor<f32>) {
  // expected-error@+1 {{'ssm.activation' op expected x of rank 1 to 4, got 'tensor<f32>'}}
  %0 = ssm.activation relu %x bias(%b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @activation_c3_static(%x: tensor<8x?xf32>) {
  // expected-error@+1 {{'ssm.activation' op expected a static size of dimension 1, got 'tensor<8x?xf32>'}}
  %0 = ssm.activation relu %x : (tensor<8x?xf32>) -> tensor<8x?xf32>
  return
}

// -----

func.func @gate_c1_z(%x: tensor<?x?x8xf32>, %z: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.gate' op expected z of shape (?, ?, 8), got 'tensor<?x?x4xf32>'}}
  %0 = ssm.gate silu %x, %z : (tensor<?x?x8xf32>, tensor<?x?x4xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @gate_c1_result(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.gate' op expected the result of shape (?, ?, 8), got 'tensor<?x?x4xf32>'}}
  %0 = ssm.gate silu %x, %x : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @gate_c2(%x: tensor<?xf32>) {
  // expected-error@+1 {{'ssm.gate' op expected a static size of dimension 0, got 'tensor<?xf32>'}}
  %0 = ssm.gate silu %x, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @discretize_c1_delta(%d: tensor<?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.discretize' op expected delta of rank 3, got 'tensor<?x8xf32>'}}
  %0:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x8xf32>, tensor<8x4xf32>, tensor<?x?x4xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  return
}

// -----

func.func @discretize_c1_rank(%d: tensor<?x?x8xf32>, %A: tensor<8xf32>, %B: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.discretize' op expected A of rank 2, got 'tensor<8xf32>'}}
  %0:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x?x8xf32>, tensor<8xf32>, tensor<?x?x4xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  return
}

// -----

func.func @discretize_c1_channels(%d: tensor<?x?x8xf32>, %A: tensor<6x4xf32>, %B: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.discretize' op expected A of shape (8, 4), got 'tensor<6x4xf32>'}}
  %0:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x?x8xf32>, tensor<6x4xf32>, tensor<?x?x4xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  return
}

// -----

func.func @discretize_c2(%d: tensor<?x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<?x?x5xf32>) {
  // expected-error@+1 {{'ssm.discretize' op expected B of shape (?, ?, 4) or (8, 4), got 'tensor<?x?x5xf32>'}}
  %0:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x?x5xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  return
}

// -----

func.func @discretize_c3_a(%d: tensor<?x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.discretize' op expected a_bar of shape (?, ?, 8, 4), got 'tensor<?x?x4x8xf32>'}}
  %0:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x?x4xf32>)
      -> (tensor<?x?x4x8xf32>, tensor<?x?x8x4xf32>)
  return
}

// -----

func.func @discretize_c3_b(%d: tensor<?x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.discretize' op expected b_bar of shape (?, ?, 8, 4), got 'tensor<?x?x8xf32>'}}
  %0:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x?x4xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8xf32>)
  return
}

// -----

func.func @discretize_c4(%d: tensor<?x?x8xbf16>, %A: tensor<8x4xf32>, %B: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.discretize' op expected delta, A and the results in f32 or f64, got 'tensor<?x?x8xbf16>'}}
  %0:2 = ssm.discretize zoh %d, %A, %B
      : (tensor<?x?x8xbf16>, tensor<8x4xf32>, tensor<?x?x4xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  return
}

// -----

func.func @scan_c1_rank(%u: tensor<?x8xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected u of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.scan %u, %u, %u
      : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @scan_c1_y(%u: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected y of shape (?, ?, 8), got 'tensor<?x?x4xf32>'}}
  %0 = ssm.scan %u, %u, %u
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @scan_c2(%u: tensor<?x?x8xf32>, %a: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected a of shape (?, ?, 8), got 'tensor<?x?x4xf32>'}}
  %0 = ssm.scan %u, %a, %u
      : (tensor<?x?x8xf32>, tensor<?x?x4xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @scan_c2_states(%u: tensor<?x?x8xf32>, %a: tensor<?x?x8x4xf32>,
                          %b: tensor<?x?x8x2xf32>, %c: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected b of shape (?, ?, 8) or (?, ?, 8, 4), got 'tensor<?x?x8x2xf32>'}}
  %0 = ssm.scan %u, %a, %b read(%c)
      : (tensor<?x?x8xf32>, tensor<?x?x8x4xf32>, tensor<?x?x8x2xf32>, tensor<?x?x4xf32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @scan_c3_missing(%u: tensor<?x?x8xf32>, %a: tensor<?x?x8x4xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected a read for the state axis, got none}}
  %0 = ssm.scan %u, %a, %a
      : (tensor<?x?x8xf32>, tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @scan_c3_excess(%u: tensor<?x?x8xf32>, %c: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected no read without a state axis, got one}}
  %0 = ssm.scan %u, %u, %u read(%c)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x4xf32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @scan_c3_shape(%u: tensor<?x?x8xf32>, %a: tensor<?x?x8x4xf32>, %c: tensor<4xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected read of shape (?, ?, 4) or (8, 4), got 'tensor<4xf32>'}}
  %0 = ssm.scan %u, %a, %a read(%c)
      : (tensor<?x?x8xf32>, tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>, tensor<4xf32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @scan_c4(%u: tensor<?x?x8xf32>, %d: tensor<1xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected skip of shape (8), got 'tensor<1xf32>'}}
  %0 = ssm.scan %u, %u, %u skip(%d)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1xf32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @scan_c5_init(%u: tensor<?x?x8xf32>, %h: tensor<?x8x4xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected init of shape (?, 8), got 'tensor<?x8x4xf32>'}}
  %0 = ssm.scan %u, %u, %u init(%h)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8x4xf32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @scan_c5_final(%u: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected final_state of shape (?, 8), got 'tensor<?x4xbf16>'}}
  %0:2 = ssm.scan %u, %u, %u
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x4xbf16>)
  return
}

// -----

func.func @scan_c6(%u: tensor<?x?x8xf32>, %a: tensor<?x?x8x257xf32>, %c: tensor<?x?x257xf32>) {
  // expected-error@+1 {{'ssm.scan' op expected 1 to 256 states, got 257}}
  %0 = ssm.scan %u, %a, %a read(%c)
      : (tensor<?x?x8xf32>, tensor<?x?x8x257xf32>, tensor<?x?x8x257xf32>, tensor<?x?x257xf32>)
      -> tensor<?x?x8xf32>
  return
}

// -----

func.func @rms_norm_c1_rank(%x: tensor<8xf32>) {
  // expected-error@+1 {{'ssm.rms_norm' op expected x of rank 3, got 'tensor<8xf32>'}}
  %0 = ssm.rms_norm %x, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @rms_norm_c1_shape(%x: tensor<?x?x8xf32>, %w: tensor<8xf32>) {
  // expected-error@+1 {{'ssm.rms_norm' op expected the result of shape (?, ?, 8), got 'tensor<?x?x4xf32>'}}
  %0 = ssm.rms_norm %x, %w : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @rms_norm_c2(%x: tensor<?x?x8xf32>, %w: tensor<4xf32>) {
  // expected-error@+1 {{'ssm.rms_norm' op expected weight of shape (8), got 'tensor<4xf32>'}}
  %0 = ssm.rms_norm %x, %w : (tensor<?x?x8xf32>, tensor<4xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @rms_norm_c3(%x: tensor<?x?x8xf32>, %w: tensor<8xf32>) {
  // expected-error@+1 {{'ssm.rms_norm' op expected epsilon of at least 0, got -1.000000e-05}}
  %0 = ssm.rms_norm %x, %w {epsilon = -1.0e-5 : f64}
      : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @split_c1(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.split' op expected parts that differ from 'tensor<?x?x8xf32>' in dimension 2 only, got 'tensor<?x?x4xbf16>'}}
  %0:2 = ssm.split %x : tensor<?x?x8xf32> -> tensor<?x?x4xbf16>, tensor<?x?x4xf32>
  return
}

// -----

func.func @split_c2(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.split' op expected parts of 8 together in dimension 2, got 9}}
  %0:2 = ssm.split %x : tensor<?x?x8xf32> -> tensor<?x?x4xf32>, tensor<?x?x5xf32>
  return
}

// -----

func.func @split_c3(%x: tensor<f32>) {
  // expected-error@+1 {{'ssm.split' op expected x of rank 1 to 4, got 'tensor<f32>'}}
  %0 = ssm.split %x : tensor<f32> -> tensor<f32>
  return
}

// -----

func.func @split_c4(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.split' op expected along to be a dimension of static size of 'tensor<?x?x8xf32>', got 1}}
  %0 = ssm.split %x along(1) : tensor<?x?x8xf32> -> tensor<?x?x8xf32>
  return
}

// -----

func.func @split_c4_past_the_last(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'ssm.split' op expected along to be a dimension of static size of 'tensor<4x8xf32>', got 2}}
  %0 = ssm.split %x along(2) : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @split_c4_negative(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'ssm.split' op expected along to be a dimension of static size of 'tensor<4x8xf32>', got -1}}
  %0 = ssm.split %x along(-1) : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @reverse_c1_type(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.reverse' op requires the same type for all operands and results}}
  %0 = "ssm.reverse"(%x) : (tensor<?x?x8xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

func.func @reverse_c1_rank(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{'ssm.reverse' op expected x of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.reverse %x : tensor<?x8xf32>
  return
}

// -----

func.func @broadcast_c1_x(%x: tensor<1x8xf32>, %like: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.broadcast' op expected x of rank 1, got 'tensor<1x8xf32>'}}
  %0 = ssm.broadcast %x like %like : (tensor<1x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @broadcast_c1_channels(%x: tensor<4xf32>, %like: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.broadcast' op expected x of shape (8), got 'tensor<4xf32>'}}
  %0 = ssm.broadcast %x like %like : (tensor<4xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @broadcast_c1_result(%x: tensor<8xf32>, %like: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.broadcast' op expected the result of shape (?, ?, 8), got 'tensor<?x8xf32>'}}
  %0 = ssm.broadcast %x like %like : (tensor<8xf32>, tensor<?x?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @broadcast_c2(%x: tensor<8xbf16>, %like: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.broadcast' op expected a result of 'bf16', got 'tensor<?x?x8xf32>'}}
  %0 = ssm.broadcast %x like %like : (tensor<8xbf16>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @kernel_c1(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.kernel' op expected region arguments of types 'tensor<?x?x8xf32>', got 'tensor<?x?x4xf32>'}}
  %0 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x4xf32>):
    ssm.yield %a : tensor<?x?x4xf32>
  } -> tensor<?x?x4xf32>
  return
}

// -----

func.func @kernel_c2(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.kernel' op expected the region to yield ('tensor<?x?x8xbf16>'), got ('tensor<?x?x8xf32>')}}
  %0 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    ssm.yield %a : tensor<?x?x8xf32>
  } -> tensor<?x?x8xbf16>
  return
}

// -----

func.func @kernel_c2_terminator(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.kernel' op expected the region to end with an ssm.yield}}
  %0 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %1 = math.exp %a : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return
}

// -----

func.func @yield_c1() {
  // expected-error@+1 {{'ssm.yield' op expects parent op to be one of 'ssm.kernel, ssm.recurrence, ssm.tile.kernel, ssm.tile.map, ssm.tile.scan, ssm.tile.for'}}
  ssm.yield
}

// -----

func.func @launch_c1_symbol(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.launch' op expected @nothing to be an ssm.tile.kernel}}
  %0 = ssm.launch @nothing(%x) : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

// expected-note@+1 {{the kernel takes 'memref<?x?x8xf32>', 'memref<?x?x8xf32>'}}
ssm.tile.kernel @copy(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

func.func @launch_c1_shape(%x: tensor<?x?x4xf32>) {
  // expected-error@+1 {{'ssm.launch' op expected inputs and results to match the kernel's arguments}}
  %0 = ssm.launch @copy(%x) : (tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
  return
}

// -----

ssm.tile.kernel @copy(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

func.func @launch_c2_input(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.launch' op expected b of the library to be one of 1 inputs, got number 1}}
  %0 = ssm.launch @copy(%x)
      library(<a = 0, aOffset = 0, aStride = 8, b = 1, bOffset = 0, bStride = 8, c = 1, bias = -1, n = 8, k = 8>)
      : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

ssm.tile.kernel @copy(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

func.func @launch_c2_result(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.launch' op expected c of the library to be a result, number 1 to 1, got number 2}}
  %0 = ssm.launch @copy(%x)
      library(<a = 0, aOffset = 0, aStride = 8, b = 0, bOffset = 0, bStride = 8, c = 2, bias = -1, n = 8, k = 8>)
      : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}
