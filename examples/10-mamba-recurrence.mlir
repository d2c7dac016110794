// The mixer of 04-mamba-bilinear.mlir (d_model 32, d_state 8, d_conv 3, expand 2,
// dt_rank 2) with its scan and the bilinear rule as one region:
//
//     a = (1 + delta A / 2) / (1 - delta A / 2),  b = delta B / (1 - delta A / 2)

func.func @mamba_recurrence(
    %x: tensor<?x?x32xf32> {ssm.name = "x"},
    %in_proj: tensor<128x32xf32> {ssm.weight = "in_proj.weight"},
    %conv_weight: tensor<64x1x3xf32> {ssm.weight = "conv1d.weight"},
    %conv_bias: tensor<64xf32> {ssm.weight = "conv1d.bias"},
    %x_proj: tensor<18x64xf32> {ssm.weight = "x_proj.weight"},
    %dt_proj: tensor<64x2xf32> {ssm.weight = "dt_proj.weight"},
    %dt_bias: tensor<64xf32> {ssm.weight = "dt_proj.bias"},
    %A_log: tensor<64x8xf32> {ssm.weight = "A_log"},
    %D: tensor<64xf32> {ssm.weight = "D"},
    %out_proj: tensor<32x64xf32> {ssm.weight = "out_proj.weight"})
    -> (tensor<?x?x32xf32> {ssm.name = "y"}) {
  %xz = ssm.linear %x, %in_proj : (tensor<?x?x32xf32>, tensor<128x32xf32>) -> tensor<?x?x128xf32>
  %x0, %z = ssm.split %xz : tensor<?x?x128xf32> -> tensor<?x?x64xf32>, tensor<?x?x64xf32>
  %u = ssm.conv1d silu %x0, %conv_weight bias(%conv_bias)
      : (tensor<?x?x64xf32>, tensor<64x1x3xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %dbc = ssm.linear %u, %x_proj : (tensor<?x?x64xf32>, tensor<18x64xf32>) -> tensor<?x?x18xf32>
  %low, %B, %C = ssm.split %dbc
      : tensor<?x?x18xf32> -> tensor<?x?x2xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>
  %dt = ssm.linear %low, %dt_proj : (tensor<?x?x2xf32>, tensor<64x2xf32>) -> tensor<?x?x64xf32>
  %delta = ssm.activation softplus %dt bias(%dt_bias)
      : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %minus_A = math.exp %A_log : tensor<64x8xf32>
  %s = ssm.recurrence ins(%u "btc", %delta "btc", %minus_A "cn", %B "btn", %C "btn")
      : (tensor<?x?x64xf32>, tensor<?x?x64xf32>, tensor<64x8xf32>, tensor<?x?x8xf32>,
         tensor<?x?x8xf32>) -> tensor<?x?x64xf32> {
  ^bb0(%ut: f32, %d: f32, %rate: f32, %b: f32, %c: f32, %h: f32):
    %one = arith.constant 1.0 : f32
    %half = arith.constant 0.5 : f32
    %step = arith.mulf %d, %half : f32
    %loss = arith.mulf %step, %rate : f32
    %up = arith.subf %one, %loss : f32
    %down = arith.addf %one, %loss : f32
    %a = arith.divf %up, %down : f32
    %kept = arith.mulf %a, %h : f32
    %du = arith.mulf %d, %ut : f32
    %bdu = arith.mulf %du, %b : f32
    %input = arith.divf %bdu, %down : f32
    %next = arith.addf %kept, %input : f32
    %read = arith.mulf %c, %next : f32
    ssm.yield %next, %read : f32, f32
  }
  %D_t = ssm.broadcast %D like %u : (tensor<64xf32>, tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %skip = arith.mulf %D_t, %u : tensor<?x?x64xf32>
  %sum = arith.addf %s, %skip : tensor<?x?x64xf32>
  %g = ssm.gate silu %sum, %z : (tensor<?x?x64xf32>, tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %y = ssm.linear %g, %out_proj : (tensor<?x?x64xf32>, tensor<32x64xf32>) -> tensor<?x?x32xf32>
  return %y : tensor<?x?x32xf32>
}
