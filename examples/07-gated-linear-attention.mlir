// One head of gated linear attention (model 64, keys of 16, values of 64), whose
// state is a matrix with a decay for each key:
//
//     S_t[v, k] = a_t[k] S_{t-1}[v, k] + k_t[k] v_t[v],   o_t[v] = sum_k q_t[k] S_t[v, k] / 4
//     a = sigmoid(gate)^(1/16) = exp(-softplus(-gate) / 16)
//
// Several heads are several of these side by side: axes that read the key of a
// group of channels are not expressible.
// Source: Yang et al., Gated Linear Attention Transformers (2024).

func.func @gla(
    %x: tensor<?x?x64xf32> {ssm.name = "x"},
    %S0: tensor<?x64x16xf32> {ssm.name = "initial_state"},
    %q_proj: tensor<16x64xf32> {ssm.weight = "q_proj.weight"},
    %k_proj: tensor<16x64xf32> {ssm.weight = "k_proj.weight"},
    %v_proj: tensor<64x64xf32> {ssm.weight = "v_proj.weight"},
    %g_proj: tensor<64x64xf32> {ssm.weight = "g_proj.weight"},
    %gk_low: tensor<8x64xf32> {ssm.weight = "gk_proj.0.weight"},
    %gk_high: tensor<16x8xf32> {ssm.weight = "gk_proj.1.weight"},
    %gk_bias: tensor<16xf32> {ssm.weight = "gk_proj.1.bias"},
    %norm: tensor<64xf32> {ssm.weight = "g_norm.weight"},
    %o_proj: tensor<64x64xf32> {ssm.weight = "o_proj.weight"})
    -> (tensor<?x?x64xf32> {ssm.name = "y"},
        tensor<?x64x16xf32> {ssm.name = "final_state"}) {
  %q = ssm.linear %x, %q_proj : (tensor<?x?x64xf32>, tensor<16x64xf32>) -> tensor<?x?x16xf32>
  %k = ssm.linear %x, %k_proj : (tensor<?x?x64xf32>, tensor<16x64xf32>) -> tensor<?x?x16xf32>
  %v = ssm.linear %x, %v_proj : (tensor<?x?x64xf32>, tensor<64x64xf32>) -> tensor<?x?x64xf32>
  %g = ssm.linear %x, %g_proj : (tensor<?x?x64xf32>, tensor<64x64xf32>) -> tensor<?x?x64xf32>
  %low = ssm.linear %x, %gk_low : (tensor<?x?x64xf32>, tensor<8x64xf32>) -> tensor<?x?x8xf32>
  %gate = ssm.linear %low, %gk_high bias(%gk_bias)
      : (tensor<?x?x8xf32>, tensor<16x8xf32>, tensor<16xf32>) -> tensor<?x?x16xf32>
  %minus = arith.negf %gate : tensor<?x?x16xf32>
  %loss = ssm.activation softplus %minus : (tensor<?x?x16xf32>) -> tensor<?x?x16xf32>
  %o, %last = ssm.recurrence ins(%q "btn", %k "btn", %v "btc", %loss "btn") init(%S0)
      : (tensor<?x?x16xf32>, tensor<?x?x16xf32>, tensor<?x?x64xf32>, tensor<?x?x16xf32>,
         tensor<?x64x16xf32>) -> (tensor<?x?x64xf32>, tensor<?x64x16xf32>) {
  ^bb0(%qt: f32, %kt: f32, %vt: f32, %lt: f32, %S: f32):
    %rate = arith.constant -0.0625 : f32
    %log = arith.mulf %lt, %rate : f32
    %a = math.exp %log : f32
    %kept = arith.mulf %a, %S : f32
    %kv = arith.mulf %kt, %vt : f32
    %next = arith.addf %kept, %kv : f32
    %scale = arith.constant 0.25 : f32
    %qs = arith.mulf %qt, %scale : f32
    %read = arith.mulf %qs, %next : f32
    ssm.yield %next, %read : f32, f32
  }
  %n = ssm.rms_norm %o, %norm : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %s = ssm.gate silu %n, %g : (tensor<?x?x64xf32>, tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %y = ssm.linear %s, %o_proj : (tensor<?x?x64xf32>, tensor<64x64xf32>) -> tensor<?x?x64xf32>
  return %y, %last : tensor<?x?x64xf32>, tensor<?x64x16xf32>
}
