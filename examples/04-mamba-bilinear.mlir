// The mixer of a Mamba-1 layer (d_model 32, d_state 8, d_conv 3, expand 2,
// dt_rank 2) with the bilinear rule instead of exp(delta A) and delta B:
//
//     a = (1 + delta A / 2) / (1 - delta A / 2),  b = delta B / (1 - delta A / 2)

func.func @mamba_bilinear(
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
  %xz = ssm.linear %x, %in_proj
      : (tensor<?x?x32xf32>, tensor<128x32xf32>) -> tensor<?x?x128xf32>
  %x0, %z = ssm.split %xz
      : tensor<?x?x128xf32> -> tensor<?x?x64xf32>, tensor<?x?x64xf32>
  %u = ssm.conv1d silu %x0, %conv_weight bias(%conv_bias)
      : (tensor<?x?x64xf32>, tensor<64x1x3xf32>, tensor<64xf32>)
      -> tensor<?x?x64xf32>
  %dbc = ssm.linear %u, %x_proj
      : (tensor<?x?x64xf32>, tensor<18x64xf32>) -> tensor<?x?x18xf32>
  %dt_low, %B, %C = ssm.split %dbc
      : tensor<?x?x18xf32> -> tensor<?x?x2xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>
  %dt = ssm.linear %dt_low, %dt_proj
      : (tensor<?x?x2xf32>, tensor<64x2xf32>) -> tensor<?x?x64xf32>
  %delta = ssm.activation softplus %dt bias(%dt_bias)
      : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %A_exp = math.exp %A_log : tensor<64x8xf32>
  %A = arith.negf %A_exp : tensor<64x8xf32>
  %a_bar, %b_bar = ssm.discretize bilinear %delta, %A, %B
      : (tensor<?x?x64xf32>, tensor<64x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>)
  %s = ssm.scan %u, %a_bar, %b_bar read(%C) skip(%D)
      : (tensor<?x?x64xf32>, tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>,
         tensor<?x?x8xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %g = ssm.gate silu %s, %z
      : (tensor<?x?x64xf32>, tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %y = ssm.linear %g, %out_proj
      : (tensor<?x?x64xf32>, tensor<32x64xf32>) -> tensor<?x?x32xf32>
  return %y : tensor<?x?x32xf32>
}
