// An S4D layer (48 channels, 12 real states each) that reads a sequence in both
// directions. Nothing depends on the input but the input: one step size, decay,
// B and C for every channel, by the exact zero-order hold.
//
//     y = gelu(scan(x; C) + reversed scan(x; C') + D x),  then a linear map
//
// Source: Gu et al., On the Parameterization and Initialization of Diagonal
// State Space Models (2022); bidirectional as in its section 4.

func.func @s4d(
    %x: tensor<?x?x48xf32> {ssm.name = "x"},
    %log_dt: tensor<48xf32> {ssm.weight = "log_dt"},
    %log_A: tensor<48x12xf32> {ssm.weight = "log_A_real"},
    %B: tensor<48x12xf32> {ssm.weight = "B"},
    %C: tensor<48x12xf32> {ssm.weight = "C"},
    %C_reverse: tensor<48x12xf32> {ssm.weight = "C_reverse"},
    %D: tensor<48xf32> {ssm.weight = "D"},
    %out: tensor<48x48xf32> {ssm.weight = "output_linear.weight"},
    %out_bias: tensor<48xf32> {ssm.weight = "output_linear.bias"})
    -> (tensor<?x?x48xf32> {ssm.name = "y"}) {
  %dt = math.exp %log_dt : tensor<48xf32>
  %delta = ssm.broadcast %dt like %x
      : (tensor<48xf32>, tensor<?x?x48xf32>) -> tensor<?x?x48xf32>
  %A_exp = math.exp %log_A : tensor<48x12xf32>
  %A = arith.negf %A_exp : tensor<48x12xf32>
  %a_bar, %b_bar = ssm.discretize zoh %delta, %A, %B
      : (tensor<?x?x48xf32>, tensor<48x12xf32>, tensor<48x12xf32>)
      -> (tensor<?x?x48x12xf32>, tensor<?x?x48x12xf32>)
  %forth = ssm.scan %x, %a_bar, %b_bar read(%C) skip(%D)
      : (tensor<?x?x48xf32>, tensor<?x?x48x12xf32>, tensor<?x?x48x12xf32>,
         tensor<48x12xf32>, tensor<48xf32>) -> tensor<?x?x48xf32>
  %back = ssm.scan %x, %a_bar, %b_bar read(%C_reverse) reverse
      : (tensor<?x?x48xf32>, tensor<?x?x48x12xf32>, tensor<?x?x48x12xf32>,
         tensor<48x12xf32>) -> tensor<?x?x48xf32>
  %both = arith.addf %forth, %back : tensor<?x?x48xf32>
  %h = ssm.activation gelu %both : (tensor<?x?x48xf32>) -> tensor<?x?x48xf32>
  %y = ssm.linear %h, %out bias(%out_bias)
      : (tensor<?x?x48xf32>, tensor<48x48xf32>, tensor<48xf32>) -> tensor<?x?x48xf32>
  return %y : tensor<?x?x48xf32>
}
