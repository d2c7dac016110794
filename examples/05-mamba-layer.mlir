// A layer of a Mamba-1 model as it is stacked: the normalised input goes through
// the mixer, the input itself is added (d_model 64, d_state 16, expand 2).

func.func @layer(
    %x: tensor<?x?x64xf32> {ssm.name = "x"},
    %norm: tensor<64xf32> {ssm.weight = "norm.weight"},
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
  %n = ssm.rms_norm %x, %norm {epsilon = 1.0e-5 : f64}
      : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %xz = ssm.linear %n, %in_proj
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
  %m = ssm.linear %g, %out_proj
      : (tensor<?x?x128xf32>, tensor<64x128xf32>) -> tensor<?x?x64xf32>
  %y = arith.addf %x, %m : tensor<?x?x64xf32>
  return %y : tensor<?x?x64xf32>
}
