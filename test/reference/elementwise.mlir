// RUN: ssm-interpret %s --print --function arithmetic | FileCheck %s --check-prefix ARITH
// RUN: ssm-interpret %s --print --function comparison | FileCheck %s --check-prefix CMP
// RUN: ssm-interpret %s --print --function functions | FileCheck %s --check-prefix MATH
// RUN: ssm-interpret %s --print --function scalars | FileCheck %s --check-prefix SCALAR

func.func @arithmetic() -> (tensor<2xf64> {ssm.name = "add"}, tensor<2xf64> {ssm.name = "sub"},
    tensor<2xf64> {ssm.name = "mul"}, tensor<2xf64> {ssm.name = "div"},
    tensor<2xf64> {ssm.name = "neg"}, tensor<3xf64> {ssm.name = "maximum"},
    tensor<3xf64> {ssm.name = "minimum"}, tensor<3xf64> {ssm.name = "maxnum"},
    tensor<3xf64> {ssm.name = "minnum"}) {
  %x = arith.constant dense<[6.0, -1.0]> : tensor<2xf64>
  %y = arith.constant dense<[4.0, 0.0]> : tensor<2xf64>
  %add = arith.addf %x, %y : tensor<2xf64>
  %sub = arith.subf %x, %y : tensor<2xf64>
  %mul = arith.mulf %x, %y : tensor<2xf64>
  %div = arith.divf %x, %y : tensor<2xf64>
  %neg = arith.negf %x : tensor<2xf64>
  // (1, 2), (NaN, 5), (-0, +0)
  %p = arith.constant dense<[1.0, 0x7FF8000000000000, -0.0]> : tensor<3xf64>
  %q = arith.constant dense<[2.0, 5.0, 0.0]> : tensor<3xf64>
  %maximum = arith.maximumf %p, %q : tensor<3xf64>
  %minimum = arith.minimumf %p, %q : tensor<3xf64>
  %maxnum = arith.maxnumf %p, %q : tensor<3xf64>
  %minnum = arith.minnumf %p, %q : tensor<3xf64>
  return %add, %sub, %mul, %div, %neg, %maximum, %minimum, %maxnum, %minnum
      : tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>,
        tensor<3xf64>, tensor<3xf64>, tensor<3xf64>, tensor<3xf64>
}
// ARITH-LABEL: add:
// ARITH-NEXT: [] 10 -1{{$}}
// ARITH-LABEL: sub:
// ARITH-NEXT: [] 2 -1{{$}}
// ARITH-LABEL: mul:
// ARITH-NEXT: [] 24 -0{{$}}
// ARITH-LABEL: div:
// ARITH-NEXT: [] 1.5 -inf{{$}}
// ARITH-LABEL: neg:
// ARITH-NEXT: [] -6 1{{$}}
// ARITH-LABEL: maximum:
// ARITH-NEXT: [] 2 {{-?}}nan 0{{$}}
// ARITH-LABEL: minimum:
// ARITH-NEXT: [] 1 {{-?}}nan -0{{$}}
// ARITH-LABEL: maxnum:
// ARITH-NEXT: [] 2 5 {{-?}}0{{$}}
// ARITH-LABEL: minnum:
// ARITH-NEXT: [] 1 5 {{-?}}0{{$}}

// Columns: 1 < 2, 2 = 2, 3 > 2, NaN beside 2.
func.func @comparison() -> (tensor<4xi1> {ssm.name = "oeq"}, tensor<4xi1> {ssm.name = "olt"},
    tensor<4xi1> {ssm.name = "oge"}, tensor<4xi1> {ssm.name = "one"},
    tensor<4xi1> {ssm.name = "ueq"}, tensor<4xi1> {ssm.name = "ugt"},
    tensor<4xi1> {ssm.name = "une"}, tensor<4xi1> {ssm.name = "ord"},
    tensor<4xi1> {ssm.name = "uno"}, tensor<4xf64> {ssm.name = "select"},
    tensor<2xi1> {ssm.name = "constant"}) {
  %x = arith.constant dense<[1.0, 2.0, 3.0, 0x7FF8000000000000]> : tensor<4xf64>
  %y = arith.constant dense<2.0> : tensor<4xf64>
  %oeq = arith.cmpf oeq, %x, %y : tensor<4xf64>
  %olt = arith.cmpf olt, %x, %y : tensor<4xf64>
  %oge = arith.cmpf oge, %x, %y : tensor<4xf64>
  %one = arith.cmpf one, %x, %y : tensor<4xf64>
  %ueq = arith.cmpf ueq, %x, %y : tensor<4xf64>
  %ugt = arith.cmpf ugt, %x, %y : tensor<4xf64>
  %une = arith.cmpf une, %x, %y : tensor<4xf64>
  %ord = arith.cmpf ord, %x, %y : tensor<4xf64>
  %uno = arith.cmpf uno, %x, %y : tensor<4xf64>
  // NaN on the side that is not taken stays there.
  %select = arith.select %olt, %x, %y : tensor<4xi1>, tensor<4xf64>
  %constant = arith.constant dense<[true, false]> : tensor<2xi1>
  return %oeq, %olt, %oge, %one, %ueq, %ugt, %une, %ord, %uno, %select, %constant
      : tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>,
        tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xf64>,
        tensor<2xi1>
}
// CMP-LABEL: oeq:
// CMP-NEXT: [] 0 1 0 0{{$}}
// CMP-LABEL: olt:
// CMP-NEXT: [] 1 0 0 0{{$}}
// CMP-LABEL: oge:
// CMP-NEXT: [] 0 1 1 0{{$}}
// CMP-LABEL: one:
// CMP-NEXT: [] 1 0 1 0{{$}}
// CMP-LABEL: ueq:
// CMP-NEXT: [] 0 1 0 1{{$}}
// CMP-LABEL: ugt:
// CMP-NEXT: [] 0 0 1 1{{$}}
// CMP-LABEL: une:
// CMP-NEXT: [] 1 0 1 1{{$}}
// CMP-LABEL: ord:
// CMP-NEXT: [] 1 1 1 0{{$}}
// CMP-LABEL: uno:
// CMP-NEXT: [] 0 0 0 1{{$}}
// CMP-LABEL: select:
// CMP-NEXT: [] 1 2 2 2{{$}}
// CMP-LABEL: constant:
// CMP-NEXT: [] 1 0{{$}}

// At 1/4 and 4, and at 1e-20 where log1p and expm1 must not lose everything.
func.func @functions() -> (tensor<2xf64> {ssm.name = "sqrt"}, tensor<2xf64> {ssm.name = "rsqrt"},
    tensor<2xf64> {ssm.name = "exp2"}, tensor<2xf64> {ssm.name = "log2"},
    tensor<2xf64> {ssm.name = "exp_log"}, tensor<2xf64> {ssm.name = "expm1"},
    tensor<2xf64> {ssm.name = "log1p"}, tensor<2xf64> {ssm.name = "tanh"},
    tensor<2xf64> {ssm.name = "erf"}, tensor<2xf64> {ssm.name = "absf"}) {
  %x = arith.constant dense<[0.25, 4.0]> : tensor<2xf64>
  %small = arith.constant dense<[1.0e-20, -0.5]> : tensor<2xf64>
  %sqrt = math.sqrt %x : tensor<2xf64>
  %rsqrt = math.rsqrt %x : tensor<2xf64>
  %exp2 = math.exp2 %x : tensor<2xf64>
  %log2 = math.log2 %x : tensor<2xf64>
  %log = math.log %x : tensor<2xf64>
  %exp_log = math.exp %log : tensor<2xf64>
  %expm1 = math.expm1 %small : tensor<2xf64>
  %log1p = math.log1p %small : tensor<2xf64>
  %tanh = math.tanh %small : tensor<2xf64>
  %erf = math.erf %small : tensor<2xf64>
  %absf = math.absf %small : tensor<2xf64>
  return %sqrt, %rsqrt, %exp2, %log2, %exp_log, %expm1, %log1p, %tanh, %erf, %absf
      : tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>,
        tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>
}
// MATH-LABEL: sqrt:
// MATH-NEXT: [] 0.5 2{{$}}
// MATH-LABEL: rsqrt:
// MATH-NEXT: [] 2 0.5{{$}}
// MATH-LABEL: exp2:
// MATH-NEXT: [] 1.189207115 16{{$}}
// MATH-LABEL: log2:
// MATH-NEXT: [] -2 2{{$}}
// MATH-LABEL: exp_log:
// MATH-NEXT: [] 0.25 4{{$}}
// 1 / sqrt(e) - 1
// MATH-LABEL: expm1:
// MATH-NEXT: [] 1e-20 -0.3934693403{{$}}
// -ln 2
// MATH-LABEL: log1p:
// MATH-NEXT: [] 1e-20 -0.6931471806{{$}}
// (1 - e) / (1 + e)
// MATH-LABEL: tanh:
// MATH-NEXT: [] 1e-20 -0.4621171573{{$}}
// 2e-20 / sqrt(pi)
// MATH-LABEL: erf:
// MATH-NEXT: [] 1.128379167e-20 -0.5204998778{{$}}
// MATH-LABEL: absf:
// MATH-NEXT: [] 1e-20 0.5{{$}}

// Scalars, and a scalar condition for a whole tensor.
func.func @scalars() -> (f64, tensor<2xf64>) {
  %two = arith.constant 2.0 : f64
  %three = arith.constant 3.0 : f64
  %product = arith.mulf %two, %three : f64
  %less = arith.cmpf olt, %two, %three : f64
  %x = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %y = arith.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %taken = arith.select %less, %x, %y : tensor<2xf64>
  return %product, %taken : f64, tensor<2xf64>
}
// SCALAR-LABEL: y: f64
// SCALAR-NEXT: [] 6{{$}}
// SCALAR-LABEL: result1: 2xf64
// SCALAR-NEXT: [] 1 2{{$}}
