// The recurrence of Griffin and RecurrentGemma, the real-gated linear recurrent
// unit (width 64; gates with one block):
//
//     a_t = exp(-8 sigmoid(gate_a(x_t)) softplus(a_param))
//     h_t = a_t h_{t-1} + sqrt(1 - a_t^2) sigmoid(gate_x(x_t)) x_t
//
// Source: De et al., Griffin (2024), equations 3 and 4. The first token is
// taken as one in the middle of a sequence: its input is scaled as the others'.

func.func @rg_lru(
    %x: tensor<?x?x64xf32> {ssm.name = "x"},
    %h0: tensor<?x64xf32> {ssm.name = "initial_state"},
    %a_param: tensor<64xf32> {ssm.weight = "a_param"},
    %a_gate_w: tensor<64x64xf32> {ssm.weight = "a_gate.weight"},
    %a_gate_b: tensor<64xf32> {ssm.weight = "a_gate.bias"},
    %x_gate_w: tensor<64x64xf32> {ssm.weight = "input_gate.weight"},
    %x_gate_b: tensor<64xf32> {ssm.weight = "input_gate.bias"})
    -> (tensor<?x?x64xf32> {ssm.name = "y"},
        tensor<?x64xf32> {ssm.name = "final_state"}) {
  %ga = ssm.linear %x, %a_gate_w
      : (tensor<?x?x64xf32>, tensor<64x64xf32>) -> tensor<?x?x64xf32>
  %r = ssm.activation sigmoid %ga bias(%a_gate_b)
      : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %gx = ssm.linear %x, %x_gate_w
      : (tensor<?x?x64xf32>, tensor<64x64xf32>) -> tensor<?x?x64xf32>
  %i = ssm.activation sigmoid %gx bias(%x_gate_b)
      : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>

  %minus8 = arith.constant dense<-8.0> : tensor<64xf32>
  %softplus = ssm.activation softplus %a_param : (tensor<64xf32>) -> tensor<64xf32>
  %rate_c = arith.mulf %minus8, %softplus : tensor<64xf32>
  %rate = ssm.broadcast %rate_c like %x
      : (tensor<64xf32>, tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %log_a = arith.mulf %rate, %r : tensor<?x?x64xf32>
  %a = math.exp %log_a : tensor<?x?x64xf32>

  // 1 - a^2 = -expm1(2 log a), exact also where a is near 1.
  %two_log_a = arith.addf %log_a, %log_a : tensor<?x?x64xf32>
  %expm1 = math.expm1 %two_log_a : tensor<?x?x64xf32>
  %square = arith.negf %expm1 : tensor<?x?x64xf32>
  %b = math.sqrt %square : tensor<?x?x64xf32>
  %u = arith.mulf %i, %x : tensor<?x?x64xf32>
  %y, %last = ssm.scan %u, %a, %b init(%h0)
      : (tensor<?x?x64xf32>, tensor<?x?x64xf32>, tensor<?x?x64xf32>, tensor<?x64xf32>)
      -> (tensor<?x?x64xf32>, tensor<?x64xf32>)
  return %y, %last : tensor<?x?x64xf32>, tensor<?x64xf32>
}
