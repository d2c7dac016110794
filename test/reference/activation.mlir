// RUN: ssm-interpret %s --print | FileCheck %s

// At 0, ln 3, ln 2, -40 and 1 every function has a closed form.
func.func @activation() -> (tensor<5xf64> {ssm.name = "identity"},
    tensor<5xf64> {ssm.name = "softplus"}, tensor<5xf64> {ssm.name = "silu"},
    tensor<5xf64> {ssm.name = "sigmoid"}, tensor<5xf64> {ssm.name = "tanh"},
    tensor<5xf64> {ssm.name = "relu"}, tensor<5xf64> {ssm.name = "gelu"},
    tensor<5xf64> {ssm.name = "exp"}, tensor<3xf64> {ssm.name = "threshold"},
    tensor<1x1x2xf64> {ssm.name = "biased"}, tensor<f64> {ssm.name = "scalar"}) {
  %x = arith.constant dense<[0.0, 1.0986122886681098, 0.6931471805599453, -40.0, 1.0]>
      : tensor<5xf64>
  %identity = ssm.activation identity %x : (tensor<5xf64>) -> tensor<5xf64>
  %softplus = ssm.activation softplus %x : (tensor<5xf64>) -> tensor<5xf64>
  %silu = ssm.activation silu %x : (tensor<5xf64>) -> tensor<5xf64>
  %sigmoid = ssm.activation sigmoid %x : (tensor<5xf64>) -> tensor<5xf64>
  %tanh = ssm.activation tanh %x : (tensor<5xf64>) -> tensor<5xf64>
  %relu = ssm.activation relu %x : (tensor<5xf64>) -> tensor<5xf64>
  %gelu = ssm.activation gelu %x : (tensor<5xf64>) -> tensor<5xf64>
  %exp = ssm.activation exp %x : (tensor<5xf64>) -> tensor<5xf64>
  %v = arith.constant dense<[19.0, 20.0, 20.5]> : tensor<3xf64>
  %sv = ssm.activation softplus %v : (tensor<3xf64>) -> tensor<3xf64>
  %threshold = arith.subf %sv, %v : tensor<3xf64>
  %one = arith.constant dense<1.0> : tensor<1x1x2xf64>
  %bias = arith.constant dense<[-3.0, 4.0]> : tensor<2xf64>
  %biased = ssm.activation identity %one bias(%bias)
      : (tensor<1x1x2xf64>, tensor<2xf64>) -> tensor<1x1x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %scalar = ssm.activation softplus %zero : (tensor<f64>) -> tensor<f64>
  return %identity, %softplus, %silu, %sigmoid, %tanh, %relu, %gelu, %exp,
      %threshold, %biased, %scalar
      : tensor<5xf64>, tensor<5xf64>, tensor<5xf64>, tensor<5xf64>, tensor<5xf64>,
        tensor<5xf64>, tensor<5xf64>, tensor<5xf64>, tensor<3xf64>,
        tensor<1x1x2xf64>, tensor<f64>
}

// CHECK-LABEL: identity:
// CHECK-NEXT: [] 0 1.098612289 0.6931471806 -40 1{{$}}
// ln 2, ln 4, ln 3, exp(-40) (log(1 + exp(-40)) would be 0), ln(1 + e)
// CHECK-LABEL: softplus:
// CHECK-NEXT: [] 0.6931471806 1.386294361 1.098612289 4.248354255e-18 1.313261688{{$}}
// 0, 3/4 ln 3, 2/3 ln 2, -40 exp(-40), e / (1 + e)
// CHECK-LABEL: silu:
// CHECK-NEXT: [] 0 0.8239592165 0.4620981204 -1.699341702e-16 0.7310585786{{$}}
// 1/2, 3/4, 2/3, exp(-40), e / (1 + e)
// CHECK-LABEL: sigmoid:
// CHECK-NEXT: [] 0.5 0.75 0.6666666667 4.248354255e-18 0.7310585786{{$}}
// 0, (9 - 1) / (9 + 1), (4 - 1) / (4 + 1), -1, (e^2 - 1) / (e^2 + 1)
// CHECK-LABEL: tanh:
// CHECK-NEXT: [] 0 0.8 0.6 -1 0.761594156{{$}}
// CHECK-LABEL: relu:
// CHECK-NEXT: [] 0 1.098612289 0.6931471806 0 1{{$}}
// v Phi(v): Phi(1) = 0.8413447461, Phi(-40) = 0 in double
// CHECK-LABEL: gelu:
// CHECK-NEXT: [] 0 {{[0-9.]+}} {{[0-9.]+}} -0 0.8413447461{{$}}
// CHECK-LABEL: exp:
// CHECK-NEXT: [] 1 3 2 4.248354255e-18 2.718281828{{$}}
// softplus(v) - v = log1p(exp(-v)) up to 20, and exactly 0 beyond
// CHECK-LABEL: threshold:
// CHECK-NEXT: [] 5.60279{{[0-9]*}}e-09 2.06115{{[0-9]*}}e-09 0{{$}}
// CHECK-LABEL: biased:
// CHECK-NEXT: [0, 0] -2 5{{$}}
// CHECK-LABEL: scalar: f64
// CHECK-NEXT: [] 0.6931471806{{$}}
