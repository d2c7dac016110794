// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One case for each way to misuse states; the last two are right.

// expected-error@+1 {{expected ssm.state or ssm.weight on an argument, got both}}
func.func @states_c1(%h: tensor<?x16xf32> {ssm.state = "h", ssm.weight = "h"}) {
  return
}

// -----

// expected-error@+1 {{expected "ssm.state" to be a name, got an empty string}}
func.func @states_c1_name(%h: tensor<?x16xf32> {ssm.state = ""}) {
  return
}

// -----

// expected-error@+1 {{expected "ssm.state" to be a string, got 3 : i64}}
func.func private @states_c1_result(tensor<?x16xf32>) -> (tensor<?x16xf32> {ssm.state = 3})

// -----

func.func @states_c2(%h: tensor<?x16xf32> {ssm.state = "h"},
    // expected-error@+1 {{expected state 'h' once among the arguments, got it twice}}
    %g: tensor<?x16xf32> {ssm.state = "h"}) {
  return
}

// -----

// expected-error@+1 {{expected state 'h' once among the results, got it twice}}
func.func private @states_c2_results() -> (tensor<?x16xf32> {ssm.state = "h"}, tensor<?x16xf32> {ssm.state = "h"})

// -----

// expected-error@+1 {{expected state 'h' to be a tensor whose dimension 1 is a number, got 'tensor<?x?x16xf32>'}}
func.func @states_c3(%h: tensor<?x?x16xf32> {ssm.state = "h"}) {
  return
}

// -----

// expected-error@+1 {{expected state 'h' to be a tensor whose dimension 1 is a number, got 'f32'}}
func.func private @states_c3_scalar() -> (f32 {ssm.state = "h"})

// -----

// expected-error@+1 {{expected state 'h' to be 'tensor<?x16xf32>' as the argument is, got 'tensor<?x8xf32>'}}
func.func private @states_c4(tensor<?x16xf32> {ssm.state = "h"}) -> (tensor<?x8xf32> {ssm.state = "h"})

// -----

// expected-error@+1 {{expected state 'h' to be 'tensor<?x16xf32>' as the argument is, got 'tensor<?x16xf64>'}}
func.func private @states_c4_element(tensor<?x16xf32> {ssm.state = "h"}) -> (tensor<?x16xf64> {ssm.state = "h"})

// -----

// A name may stand beside; a state may be begun or only read.
func.func @accepted(%h: tensor<?x16xf32> {ssm.name = "h0", ssm.state = "h"},
                    %window: tensor<?x3x16xf32> {ssm.state = "window"})
    -> (tensor<?x16xf32> {ssm.name = "h1", ssm.state = "h"},
        tensor<?x3x16xf32> {ssm.state = "begun"}) {
  return %h, %window : tensor<?x16xf32>, tensor<?x3x16xf32>
}

// -----

// Other functions of a module are ssm-compile's business.
func.func @one(%h: tensor<?x16xf32> {ssm.state = "h"}) {
  return
}
func.func @other(%h: tensor<?x8xf32> {ssm.state = "h"}) {
  return
}
