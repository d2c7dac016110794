// The mixer of a Mamba-1 layer (d_model 64, d_state 16, d_conv 4, expand 2,
// dt_rank 4): in_proj, causal convolution, selective scan, gate, out_proj.

func.func @mamba(
    %x: tensor<?x?x64xf32> {ssm.name = "x"},
    %in_proj: tensor<256x64xf32> {ssm.weight = "in_proj.weight"},
    %conv_weight: tensor<128x1x4xf32> {ssm.weight = "conv1d.weight"},
    %conv_bias: tensor<128xf32> {ssm.weight = "conv1d.bias"},
    %x_proj: tensor<36x128xf32> {ssm.weight = "x_proj.weight"},
    %dt_proj: tensor<128x4xf32> {ssm.weight = "dt_proj.weight"},
    %dt_bias: tensor<128xf32> {ssm.weight = "dt_proj.bias"},
    %A_log: tensor<128x16xf32> {ssm.weight = "A_log"},
    %D: tensor<128xf32> {ssm.weight = "D"},
    %out_proj: tensor<64x128xf32> {ssm.weight = "out_proj.weight"})
    -> (tensor<?x?x64xf32> {ssm.name = "y"}) {
  %xz = ssm.linear %x, %in_proj
      : (tensor<?x?x64xf32>, tensor<256x64xf32>) -> tensor<?x?x256xf32>
  %x0, %z = ssm.split %xz
      : tensor<?x?x256xf32> -> tensor<?x?x128xf32>, tensor<?x?x128xf32>
  %u = ssm.conv1d silu %x0, %conv_weight bias(%conv_bias)
      : (tensor<?x?x128xf32>, tensor<128x1x4xf32>, tensor<128xf32>)
      -> tensor<?x?x128xf32>
  %dbc = ssm.linear %u, %x_proj
      : (tensor<?x?x128xf32>, tensor<36x128xf32>) -> tensor<?x?x36xf32>
  %dt_low, %B, %C = ssm.split %dbc
      : tensor<?x?x36xf32> -> tensor<?x?x4xf32>, tensor<?x?x16xf32>, tensor<?x?x16xf32>
  %dt = ssm.linear %dt_low, %dt_proj
      : (tensor<?x?x4xf32>, tensor<128x4xf32>) -> tensor<?x?x128xf32>
  %delta = ssm.activation softplus %dt bias(%dt_bias)
      : (tensor<?x?x128xf32>, tensor<128xf32>) -> tensor<?x?x128xf32>
  %A_exp = math.exp %A_log : tensor<128x16xf32>
  %A = arith.negf %A_exp : tensor<128x16xf32>
  %a_bar, %b_bar = ssm.discretize mamba %delta, %A, %B
      : (tensor<?x?x128xf32>, tensor<128x16xf32>, tensor<?x?x16xf32>)
      -> (tensor<?x?x128x16xf32>, tensor<?x?x128x16xf32>)
  %s = ssm.scan %u, %a_bar, %b_bar read(%C) skip(%D)
      : (tensor<?x?x128xf32>, tensor<?x?x128x16xf32>, tensor<?x?x128x16xf32>,
         tensor<?x?x16xf32>, tensor<128xf32>) -> tensor<?x?x128xf32>
  %g = ssm.gate silu %s, %z
      : (tensor<?x?x128xf32>, tensor<?x?x128xf32>) -> tensor<?x?x128xf32>
  %y = ssm.linear %g, %out_proj
      : (tensor<?x?x128xf32>, tensor<64x128xf32>) -> tensor<?x?x64xf32>
  return %y : tensor<?x?x64xf32>
}
