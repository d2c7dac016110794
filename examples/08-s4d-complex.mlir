// An S4D layer with complex states (48 channels, 8 conjugate pairs each, one of a pair
// kept) by the bilinear rule; the parts of a state are two states:
//     h_t = a h_{t-1} + b x_t,   s_t = 2 Re(sum_n C_n h_t) + D x_t,   y = gelu(s)
//     v = 1 / (1 - dt A / 2),   a = (1 + dt A / 2) v = 2 v - 1,   b = dt v   (B = 1)
// Source: Gu et al., On the Parameterization and Initialization of Diagonal SSMs (2022).

func.func @s4d(
    %x: tensor<?x?x48xf32> {ssm.name = "x"},
    %re0: tensor<?x48x8xf32> {ssm.name = "initial_re"}, %im0: tensor<?x48x8xf32> {ssm.name = "initial_im"},
    %log_dt: tensor<48xf32> {ssm.weight = "log_dt"}, %D: tensor<48xf32> {ssm.weight = "D"},
    %log_A: tensor<48x8xf32> {ssm.weight = "log_A_real"}, %A_imag: tensor<48x8xf32> {ssm.weight = "A_imag"},
    %C_re: tensor<48x8xf32> {ssm.weight = "C_real"}, %C_im: tensor<48x8xf32> {ssm.weight = "C_imag"})
    -> (tensor<?x?x48xf32> {ssm.name = "y"},
        tensor<?x48x8xf32> {ssm.name = "final_re"}, tensor<?x48x8xf32> {ssm.name = "final_im"}) {
  %dt = math.exp %log_dt : tensor<48xf32>
  %minus_A = math.exp %log_A : tensor<48x8xf32>
  %s, %re, %im = ssm.recurrence
      ins(%x "btc", %dt "c", %minus_A "cn", %A_imag "cn", %C_re "cn", %C_im "cn") init(%re0, %im0)
      : (tensor<?x?x48xf32>, tensor<48xf32>, tensor<48x8xf32>, tensor<48x8xf32>, tensor<48x8xf32>,
         tensor<48x8xf32>, tensor<?x48x8xf32>, tensor<?x48x8xf32>)
      -> (tensor<?x?x48xf32>, tensor<?x48x8xf32>, tensor<?x48x8xf32>) {
  ^bb0(%u: f32, %d: f32, %minus_re: f32, %im_A: f32, %cr: f32, %ci: f32, %hr: f32, %hi: f32):
    %one = arith.constant 1.0 : f32
    %half = arith.constant 0.5 : f32
    %step = arith.mulf %d, %half : f32
    %loss = arith.mulf %step, %minus_re : f32
    %turn = arith.mulf %step, %im_A : f32
    %down = arith.addf %one, %loss : f32       // 1 - dt A / 2 is down - i turn
    %down2 = arith.mulf %down, %down : f32
    %turn2 = arith.mulf %turn, %turn : f32
    %norm = arith.addf %down2, %turn2 : f32
    %vr = arith.divf %down, %norm : f32
    %vi = arith.divf %turn, %norm : f32
    %ai = arith.addf %vi, %vi : f32
    %vr2 = arith.addf %vr, %vr : f32
    %ar = arith.subf %vr2, %one : f32
    %du = arith.mulf %d, %u : f32
    %0 = arith.mulf %ar, %hr : f32
    %1 = arith.mulf %ai, %hi : f32
    %2 = arith.subf %0, %1 : f32
    %3 = arith.mulf %vr, %du : f32
    %re_t = arith.addf %2, %3 : f32
    %4 = arith.mulf %ar, %hi : f32
    %5 = arith.mulf %ai, %hr : f32
    %6 = arith.addf %4, %5 : f32
    %7 = arith.mulf %vi, %du : f32
    %im_t = arith.addf %6, %7 : f32
    %8 = arith.mulf %cr, %re_t : f32
    %9 = arith.mulf %ci, %im_t : f32
    %10 = arith.subf %8, %9 : f32
    %read = arith.addf %10, %10 : f32
    ssm.yield %re_t, %im_t, %read : f32, f32, f32
  }
  %D_t = ssm.broadcast %D like %x : (tensor<48xf32>, tensor<?x?x48xf32>) -> tensor<?x?x48xf32>
  %skip = arith.mulf %D_t, %x : tensor<?x?x48xf32>
  %sum = arith.addf %s, %skip : tensor<?x?x48xf32>
  %y = ssm.activation gelu %sum : (tensor<?x?x48xf32>) -> tensor<?x?x48xf32>
  return %y, %re, %im : tensor<?x?x48xf32>, tensor<?x48x8xf32>, tensor<?x48x8xf32>
}
