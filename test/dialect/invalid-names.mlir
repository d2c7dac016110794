// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One case for each way to misname a tensor of a function; the last is right.

// expected-error@+1 {{expected ssm.name, ssm.state, ssm.cache or ssm.weight on an argument, got 'ssm.weigth'; did you mean 'ssm.weight'?}}
func.func @names_c1(%w: tensor<8xf32> {ssm.weigth = "w"}) {
  return
}

// -----

// expected-error@+1 {{expected ssm.name, ssm.state, ssm.cache or ssm.weight on an argument, got 'ssm.layout_hint'}}
func.func @names_c1_far(%w: tensor<8xf32> {ssm.layout_hint = "w"}) {
  return
}

// -----

// expected-error@+1 {{expected ssm.name or ssm.weight on an argument, got both}}
func.func @names_c1_both(%w: tensor<8xf32> {ssm.name = "w", ssm.weight = "w"}) {
  return
}

// -----

// expected-error@+1 {{expected ssm.name, ssm.state, ssm.trace or ssm.in_place on a result, got 'ssm.weight'}}
func.func @names_c1_result(%x: tensor<?x?x8xf32>) -> (tensor<?x?x8xf32> {ssm.weight = "y"}) {
  return %x : tensor<?x?x8xf32>
}

// -----

// expected-error@+1 {{expected ssm.name, ssm.state, ssm.trace or ssm.in_place on a result, got 'ssm.nmae'; did you mean 'ssm.name'?}}
func.func private @names_c1_declared(tensor<?x?x8xf32>) -> (tensor<?x?x8xf32> {ssm.nmae = "y"})

// -----

// expected-error@+1 {{expected "ssm.name" to be a string, got 3 : i64}}
func.func @names_c2(%x: tensor<?x?x8xf32> {ssm.name = 3}) {
  return
}

// -----

// expected-error@+1 {{expected "ssm.weight" to be a name, got an empty string}}
func.func @names_c2_empty(%x: tensor<8xf32> {ssm.weight = ""}) {
  return
}

// -----

// expected-error@+1 {{expected "ssm.name" to be UTF-8 without control characters, got "a\00b"}}
func.func @names_c2_control(%x: tensor<?x?x8xf32> {ssm.name = "a\00b"}) {
  return
}

// -----

// expected-error@+1 {{expected "ssm.name" to be UTF-8 without control characters, got "\FF"}}
func.func @names_c2_bytes(%x: tensor<?x?x8xf32> {ssm.name = "\FF"}) {
  return
}

// -----

// expected-error@+1 {{expected "ssm.name" to be a name that does not begin with '%', as workspace buffers do, got "%3"}}
func.func @names_c2_workspace(%x: tensor<?x?x8xf32> {ssm.name = "%3"}) {
  return
}

// -----

// Other dialects' attributes and odd names are nobody's concern.
func.func @accepted(%x: tensor<?x?x8xf32> {ssm.name = "été x.1/2", llvm.noalias},
                    %w: tensor<8xf32> {ssm.weight = "layers.0.w"})
    -> (tensor<?x?x8xf32> {ssm.name = "y"}) {
  return %x : tensor<?x?x8xf32>
}
