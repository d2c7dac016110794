// An S5 layer (32 channels in and out, 24 complex states that all channels share);
// the checkpoint holds the discretised Lambda_bar and B_bar:
//
//     h_t = Lambda_bar h_{t-1} + B_bar u_t,   y_t = 2 Re(C h_t) + D u_t
// The states are channels of the recurrence, whose two states are their parts. C
// needs both, and a recurrence has one read: the second walk is for the imaginary parts.
// Source: Smith et al., Simplified State Space Layers for Sequence Modeling (2023).

func.func @s5(
    %u: tensor<?x?x32xf32> {ssm.name = "x"},
    %Lambda_re: tensor<24xf32> {ssm.weight = "Lambda_bar_re"},
    %Lambda_im: tensor<24xf32> {ssm.weight = "Lambda_bar_im"},
    %B_re: tensor<24x32xf32> {ssm.weight = "B_bar_re"}, %B_im: tensor<24x32xf32> {ssm.weight = "B_bar_im"},
    %C_re: tensor<32x24xf32> {ssm.weight = "C_re"}, %C_im: tensor<32x24xf32> {ssm.weight = "C_im"},
    %D: tensor<32xf32> {ssm.weight = "D"})
    -> (tensor<?x?x32xf32> {ssm.name = "y"},
        tensor<?x24xf32> {ssm.name = "final_re"}, tensor<?x24xf32> {ssm.name = "final_im"}) {
  %bu_re = ssm.linear %u, %B_re : (tensor<?x?x32xf32>, tensor<24x32xf32>) -> tensor<?x?x24xf32>
  %bu_im = ssm.linear %u, %B_im : (tensor<?x?x32xf32>, tensor<24x32xf32>) -> tensor<?x?x24xf32>
  %re, %last_re, %last_im = ssm.recurrence
      ins(%bu_re "btc", %bu_im "btc", %Lambda_re "c", %Lambda_im "c")
      : (tensor<?x?x24xf32>, tensor<?x?x24xf32>, tensor<24xf32>, tensor<24xf32>)
      -> (tensor<?x?x24xf32>, tensor<?x24xf32>, tensor<?x24xf32>) {
  ^bb0(%ur: f32, %ui: f32, %ar: f32, %ai: f32, %hr: f32, %hi: f32):
    %0 = arith.mulf %ar, %hr : f32
    %1 = arith.mulf %ai, %hi : f32
    %2 = arith.subf %0, %1 : f32
    %re_t = arith.addf %2, %ur : f32
    %3 = arith.mulf %ar, %hi : f32
    %4 = arith.mulf %ai, %hr : f32
    %5 = arith.addf %3, %4 : f32
    %im_t = arith.addf %5, %ui : f32
    ssm.yield %re_t, %im_t, %re_t : f32, f32, f32
  }
  %im = ssm.recurrence
      ins(%bu_re "btc", %bu_im "btc", %Lambda_re "c", %Lambda_im "c")
      : (tensor<?x?x24xf32>, tensor<?x?x24xf32>, tensor<24xf32>, tensor<24xf32>)
      -> tensor<?x?x24xf32> {
  ^bb0(%ur: f32, %ui: f32, %ar: f32, %ai: f32, %hr: f32, %hi: f32):
    %0 = arith.mulf %ar, %hr : f32
    %1 = arith.mulf %ai, %hi : f32
    %2 = arith.subf %0, %1 : f32
    %re_t = arith.addf %2, %ur : f32
    %3 = arith.mulf %ar, %hi : f32
    %4 = arith.mulf %ai, %hr : f32
    %5 = arith.addf %3, %4 : f32
    %im_t = arith.addf %5, %ui : f32
    ssm.yield %re_t, %im_t, %im_t : f32, f32, f32
  }
  %c_re = ssm.linear %re, %C_re : (tensor<?x?x24xf32>, tensor<32x24xf32>) -> tensor<?x?x32xf32>
  %c_im = ssm.linear %im, %C_im : (tensor<?x?x24xf32>, tensor<32x24xf32>) -> tensor<?x?x32xf32>
  %part = arith.subf %c_re, %c_im : tensor<?x?x32xf32>
  %both = arith.addf %part, %part : tensor<?x?x32xf32>
  %D_t = ssm.broadcast %D like %u : (tensor<32xf32>, tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  %skip = arith.mulf %D_t, %u : tensor<?x?x32xf32>
  %y = arith.addf %both, %skip : tensor<?x?x32xf32>
  return %y, %last_re, %last_im : tensor<?x?x32xf32>, tensor<?x24xf32>, tensor<?x24xf32>
}
