// The cross scan of VMamba, its SS2D without the window (d_model 32, d_state 8, expand 2, dt_rank 2): an image of H x W
// tokens, row by row, is scanned along its rows, along its columns, and along both backwards, each with projections and
// states of its own. Nothing is transposed: `columns` says which token comes when, 0, W, 2 W, ..., 1, W + 1, ...
// Weights of the four directions stand side by side; the norm is over the root mean square.
// Source: Liu et al., VMamba: Visual State Space Model (2024), figure 3.

!tokens = tensor<?x?x64xf32>
!states = tensor<?x?x64x8xf32>
!row = tensor<?x?x8xf32>
!low = tensor<?x?x2xf32>
!A = tensor<64x8xf32>
!D = tensor<64xf32>
!dt = tensor<64x2xf32>

func.func @ss2d(
    %x: tensor<?x?x32xf32> {ssm.name = "x"}, %columns: tensor<1x?xi32> {ssm.name = "columns"},
    %in_proj: tensor<128x32xf32> {ssm.weight = "in_proj.weight"}, %x_proj: tensor<72x64xf32> {ssm.weight = "x_proj_weight"},
    %dt_projs: tensor<64x8xf32> {ssm.weight = "dt_projs_weight"}, %dt_biases: tensor<256xf32> {ssm.weight = "dt_projs_bias"},
    %A_logs: tensor<64x32xf32> {ssm.weight = "A_logs"}, %Ds: tensor<256xf32> {ssm.weight = "Ds"},
    %norm: !D {ssm.weight = "out_norm.weight"}, %out_proj: tensor<32x64xf32> {ssm.weight = "out_proj.weight"}) -> (tensor<?x?x32xf32> {ssm.name = "y"}) {
  %xz = ssm.linear %x, %in_proj : (tensor<?x?x32xf32>, tensor<128x32xf32>) -> tensor<?x?x128xf32>
  %x0, %z = ssm.split %xz : tensor<?x?x128xf32> -> !tokens, !tokens
  %u = ssm.activation silu %x0 : (!tokens) -> !tokens
  %dbc = ssm.linear %u, %x_proj : (!tokens, tensor<72x64xf32>) -> tensor<?x?x72xf32>
  %low:4, %B:4, %C:4 = ssm.split %dbc : tensor<?x?x72xf32> -> !low, !low, !low, !low, !row, !row, !row, !row, !row, !row, !row, !row
  %w:4 = ssm.split %dt_projs : tensor<64x8xf32> -> !dt, !dt, !dt, !dt
  %bias:4 = ssm.split %dt_biases : tensor<256xf32> -> !D, !D, !D, !D
  %D:4 = ssm.split %Ds : tensor<256xf32> -> !D, !D, !D, !D
  %A_exp = math.exp %A_logs : tensor<64x32xf32>
  %minus_A = arith.negf %A_exp : tensor<64x32xf32>
  %A:4 = ssm.split %minus_A : tensor<64x32xf32> -> !A, !A, !A, !A

  %dt0 = ssm.linear %low#0, %w#0 : (!low, !dt) -> !tokens
  %delta0 = ssm.activation softplus %dt0 bias(%bias#0) : (!tokens, !D) -> !tokens
  %a0, %b0 = ssm.discretize mamba %delta0, %A#0, %B#0 : (!tokens, !A, !row) -> (!states, !states)
  %y0 = ssm.scan %u, %a0, %b0 read(%C#0) skip(%D#0) : (!tokens, !states, !states, !row, !D) -> !tokens

  %dt1 = ssm.linear %low#1, %w#1 : (!low, !dt) -> !tokens
  %delta1 = ssm.activation softplus %dt1 bias(%bias#1) : (!tokens, !D) -> !tokens
  %a1, %b1 = ssm.discretize mamba %delta1, %A#1, %B#1 : (!tokens, !A, !row) -> (!states, !states)
  %y1 = ssm.scan %u, %a1, %b1 read(%C#1) skip(%D#1) ordered(%columns) : (!tokens, !states, !states, !row, !D, tensor<1x?xi32>) -> !tokens
  %sum1 = arith.addf %y0, %y1 : !tokens

  %dt2 = ssm.linear %low#2, %w#2 : (!low, !dt) -> !tokens
  %delta2 = ssm.activation softplus %dt2 bias(%bias#2) : (!tokens, !D) -> !tokens
  %a2, %b2 = ssm.discretize mamba %delta2, %A#2, %B#2 : (!tokens, !A, !row) -> (!states, !states)
  %y2 = ssm.scan %u, %a2, %b2 read(%C#2) skip(%D#2) reverse : (!tokens, !states, !states, !row, !D) -> !tokens
  %sum2 = arith.addf %sum1, %y2 : !tokens

  %dt3 = ssm.linear %low#3, %w#3 : (!low, !dt) -> !tokens
  %delta3 = ssm.activation softplus %dt3 bias(%bias#3) : (!tokens, !D) -> !tokens
  %a3, %b3 = ssm.discretize mamba %delta3, %A#3, %B#3 : (!tokens, !A, !row) -> (!states, !states)
  %y3 = ssm.scan %u, %a3, %b3 read(%C#3) skip(%D#3) ordered(%columns) reverse : (!tokens, !states, !states, !row, !D, tensor<1x?xi32>) -> !tokens
  %sum3 = arith.addf %sum2, %y3 : !tokens
  %n = ssm.rms_norm %sum3, %norm : (!tokens, !D) -> !tokens
  %g = ssm.gate silu %n, %z : (!tokens, !tokens) -> !tokens
  %out = ssm.linear %g, %out_proj : (!tokens, tensor<32x64xf32>) -> tensor<?x?x32xf32>
  return %out : tensor<?x?x32xf32>
}
