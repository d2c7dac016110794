// The mixer of a Vision Mamba layer, Vim v2 (d_model 32, d_state 8, d_conv 4,
// expand 2, dt_rank 2): windows and scans along the tokens and against them, with
// weights of their own. Both directions have the same z, so one gate takes their sum.
//
// Source: Zhu et al., Vision Mamba (2024), algorithm 1; names as in its checkpoints.

func.func @vim(
    %x: tensor<?x?x32xf32> {ssm.name = "x"},
    %in_proj: tensor<128x32xf32> {ssm.weight = "in_proj.weight"},
    %conv: tensor<64x1x4xf32> {ssm.weight = "conv1d.weight"}, %conv_bias: tensor<64xf32> {ssm.weight = "conv1d.bias"},
    %conv_b: tensor<64x1x4xf32> {ssm.weight = "conv1d_b.weight"}, %conv_b_bias: tensor<64xf32> {ssm.weight = "conv1d_b.bias"},
    %x_proj: tensor<18x64xf32> {ssm.weight = "x_proj.weight"}, %x_proj_b: tensor<18x64xf32> {ssm.weight = "x_proj_b.weight"},
    %dt_proj: tensor<64x2xf32> {ssm.weight = "dt_proj.weight"}, %dt_bias: tensor<64xf32> {ssm.weight = "dt_proj.bias"},
    %dt_proj_b: tensor<64x2xf32> {ssm.weight = "dt_proj_b.weight"}, %dt_b_bias: tensor<64xf32> {ssm.weight = "dt_proj_b.bias"},
    %A_log: tensor<64x8xf32> {ssm.weight = "A_log"}, %A_b_log: tensor<64x8xf32> {ssm.weight = "A_b_log"},
    %D: tensor<64xf32> {ssm.weight = "D"}, %D_b: tensor<64xf32> {ssm.weight = "D_b"},
    %out_proj: tensor<32x64xf32> {ssm.weight = "out_proj.weight"})
    -> (tensor<?x?x32xf32> {ssm.name = "y"}) {
  %xz = ssm.linear %x, %in_proj : (tensor<?x?x32xf32>, tensor<128x32xf32>) -> tensor<?x?x128xf32>
  %x0, %z = ssm.split %xz : tensor<?x?x128xf32> -> tensor<?x?x64xf32>, tensor<?x?x64xf32>

  %u = ssm.conv1d silu %x0, %conv bias(%conv_bias)
      : (tensor<?x?x64xf32>, tensor<64x1x4xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %dbc = ssm.linear %u, %x_proj : (tensor<?x?x64xf32>, tensor<18x64xf32>) -> tensor<?x?x18xf32>
  %low, %B, %C = ssm.split %dbc : tensor<?x?x18xf32> -> tensor<?x?x2xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>
  %dt = ssm.linear %low, %dt_proj : (tensor<?x?x2xf32>, tensor<64x2xf32>) -> tensor<?x?x64xf32>
  %delta = ssm.activation softplus %dt bias(%dt_bias) : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %A_exp = math.exp %A_log : tensor<64x8xf32>
  %A = arith.negf %A_exp : tensor<64x8xf32>
  %a_bar, %b_bar = ssm.discretize mamba %delta, %A, %B : (tensor<?x?x64xf32>, tensor<64x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>)
  %forth = ssm.scan %u, %a_bar, %b_bar read(%C) skip(%D) : (tensor<?x?x64xf32>, tensor<?x?x64x8xf32>,
      tensor<?x?x64x8xf32>, tensor<?x?x8xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>

  %u_b = ssm.conv1d silu %x0, %conv_b bias(%conv_b_bias) reverse
      : (tensor<?x?x64xf32>, tensor<64x1x4xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %dbc_b = ssm.linear %u_b, %x_proj_b : (tensor<?x?x64xf32>, tensor<18x64xf32>) -> tensor<?x?x18xf32>
  %low_b, %B_b, %C_b = ssm.split %dbc_b : tensor<?x?x18xf32> -> tensor<?x?x2xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>
  %dt_b = ssm.linear %low_b, %dt_proj_b : (tensor<?x?x2xf32>, tensor<64x2xf32>) -> tensor<?x?x64xf32>
  %delta_b = ssm.activation softplus %dt_b bias(%dt_b_bias) : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %A_b_exp = math.exp %A_b_log : tensor<64x8xf32>
  %A_b = arith.negf %A_b_exp : tensor<64x8xf32>
  %a_bar_b, %b_bar_b = ssm.discretize mamba %delta_b, %A_b, %B_b : (tensor<?x?x64xf32>, tensor<64x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>)
  %back = ssm.scan %u_b, %a_bar_b, %b_bar_b read(%C_b) skip(%D_b) reverse : (tensor<?x?x64xf32>, tensor<?x?x64x8xf32>,
      tensor<?x?x64x8xf32>, tensor<?x?x8xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>

  %both = arith.addf %forth, %back : tensor<?x?x64xf32>
  %g = ssm.gate silu %both, %z : (tensor<?x?x64xf32>, tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %y = ssm.linear %g, %out_proj : (tensor<?x?x64xf32>, tensor<32x64xf32>) -> tensor<?x?x32xf32>
  return %y : tensor<?x?x32xf32>
}
