// A minGRU layer (dim 64, hidden 96): the gate z and the candidate g depend on
// the input alone, so that the recurrence is a diagonal scan:
//
//     h_t = (1 - z_t) h_{t-1} + z_t g(c_t),   z = sigmoid(k)
//     g(c) = c + 1/2 where c >= 0, else sigmoid(c)
//
// Source: Feng et al., Were RNNs All We Needed? (2024), appendix B.

func.func @min_gru(
    %x: tensor<?x?x64xf32> {ssm.name = "x"},
    %h0: tensor<?x96xf32> {ssm.name = "initial_state"},
    %to_hidden_and_gate: tensor<192x64xf32> {ssm.weight = "to_hidden_and_gate.weight"},
    %to_out: tensor<64x96xf32> {ssm.weight = "to_out.weight"})
    -> (tensor<?x?x64xf32> {ssm.name = "y"},
        tensor<?x96xf32> {ssm.name = "final_state"}) {
  %ck = ssm.linear %x, %to_hidden_and_gate
      : (tensor<?x?x64xf32>, tensor<192x64xf32>) -> tensor<?x?x192xf32>
  %c, %k = ssm.split %ck
      : tensor<?x?x192xf32> -> tensor<?x?x96xf32>, tensor<?x?x96xf32>

  // 1 - sigmoid(k) is sigmoid(-k), without cancellation.
  %z = ssm.activation sigmoid %k : (tensor<?x?x96xf32>) -> tensor<?x?x96xf32>
  %minus_k = arith.negf %k : tensor<?x?x96xf32>
  %keep = ssm.activation sigmoid %minus_k : (tensor<?x?x96xf32>) -> tensor<?x?x96xf32>

  %half_c = arith.constant dense<0.5> : tensor<96xf32>
  %half = ssm.broadcast %half_c like %c
      : (tensor<96xf32>, tensor<?x?x96xf32>) -> tensor<?x?x96xf32>
  %zero_c = arith.constant dense<0.0> : tensor<96xf32>
  %zero = ssm.broadcast %zero_c like %c
      : (tensor<96xf32>, tensor<?x?x96xf32>) -> tensor<?x?x96xf32>
  %above = arith.addf %c, %half : tensor<?x?x96xf32>
  %below = ssm.activation sigmoid %c : (tensor<?x?x96xf32>) -> tensor<?x?x96xf32>
  %is_above = arith.cmpf oge, %c, %zero : tensor<?x?x96xf32>
  %g = arith.select %is_above, %above, %below : tensor<?x?x96xi1>, tensor<?x?x96xf32>

  %h, %last = ssm.scan %g, %keep, %z init(%h0)
      : (tensor<?x?x96xf32>, tensor<?x?x96xf32>, tensor<?x?x96xf32>, tensor<?x96xf32>)
      -> (tensor<?x?x96xf32>, tensor<?x96xf32>)
  %y = ssm.linear %h, %to_out
      : (tensor<?x?x96xf32>, tensor<64x96xf32>) -> tensor<?x?x64xf32>
  return %y, %last : tensor<?x?x64xf32>, tensor<?x96xf32>
}
