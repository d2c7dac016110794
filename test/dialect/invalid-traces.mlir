// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One case for each way to misuse traces.

// expected-error@+1 {{expected ssm.state or ssm.trace on a result, got both}}
func.func private @traces_c1(tensor<?x16xf32> {ssm.state = "h"}) -> (tensor<?x16xf32> {ssm.state = "h", ssm.trace = "h"})

// -----

// expected-error@+1 {{expected an argument with the state 'g' that a result is the trace of, got none}}
func.func private @traces_c1_argument(tensor<?x16xf32> {ssm.state = "h"}) -> (tensor<?x?x16xf32> {ssm.trace = "g"})

// -----

// expected-error@+1 {{expected a trace of state 'h', 'tensor<?x16xf32>', with a dimension more for the tokens, or with the tokens as dimension 1, got 'tensor<?x?x8xf32>'}}
func.func private @traces_c2(tensor<?x16xf32> {ssm.state = "h"}) -> (tensor<?x?x8xf32> {ssm.trace = "h"})

// -----

// expected-error@+1 {{expected a trace of state 'h'}}
func.func private @traces_c2_element(tensor<?x16xf32> {ssm.state = "h"}) -> (tensor<?x?x16xbf16> {ssm.trace = "h"})

// -----

// expected-error@+1 {{expected one trace of state 'h', got two}}
func.func private @traces_c3(tensor<?x16xf32> {ssm.state = "h"}) -> (tensor<?x?x16xf32> {ssm.trace = "h"}, tensor<?x?x16xf32> {ssm.trace = "h"})

// -----

// expected-error@+1 {{expected ssm.every to be a number of tokens, at least 1, on a tensor of rank 2 or more, got 0 : i64 on 'tensor<?x?x16xf32>'}}
func.func private @traces_c4() -> (tensor<?x?x16xf32> {ssm.every = 0})

// -----

// expected-error@+1 {{got 4 : i64 on 'tensor<16xf32>'}}
func.func private @traces_c4_rank() -> (tensor<16xf32> {ssm.every = 4})

// -----

func.func @every_c1(%u: tensor<?x?x8xf32>) {
  // expected-error@+1 {{expected states after every 1 token or more, got 0}}
  %0:2 = ssm.scan %u, %u, %u every 0
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>)
  return
}

// -----

func.func @every_c1_none(%u: tensor<?x?x8xf32>) {
  // expected-error@+1 {{expected a final state to trace, got none}}
  %0 = ssm.scan %u, %u, %u every 4
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @every_c1_reverse(%u: tensor<?x?x8xf32>) {
  // expected-error@+1 {{expected time to ascend in each batch for states after every 4 tokens, got reverse}}
  %0:2 = ssm.scan %u, %u, %u reverse every 4
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>)
  return
}

// -----

func.func @every_c1_packed(%u: tensor<1x?x8xf32>, %ends: tensor<?xi32>) {
  // expected-error@+1 {{got packed sequences}}
  %0:2 = ssm.scan %u, %u, %u packed(%ends) every 4
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<?xi32>)
      -> (tensor<1x?x8xf32>, tensor<1x?x8xf32>)
  return
}

// -----

func.func @every_c2(%u: tensor<2x9x8xf32>) {
  // expected-error@+1 {{final_state}}
  %0:2 = ssm.scan %u, %u, %u every 4
      : (tensor<2x9x8xf32>, tensor<2x9x8xf32>, tensor<2x9x8xf32>)
      -> (tensor<2x9x8xf32>, tensor<2x2x8xf32>)
  return
}

// -----

func.func @every_c2_recurrence(%u: tensor<?x?x8xf32>) {
  // expected-error@+1 {{final states}}
  %0:2 = ssm.recurrence ins(%u "btc") every 4
      : (tensor<?x?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  ^bb0(%ut: f32, %s: f32):
    %n = arith.addf %s, %ut : f32
    ssm.yield %n, %n : f32, f32
  }
  return
}

// -----

ssm.tile.kernel @tile_store_c1_every(%h: memref<?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>,
                           #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [affine_map<(b, t, c, n, k) -> (b, c)>]
      : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  ssm.tile.for time {
    // expected-error@+1 {{expected a tile without time, in a kernel whose tokens a tile divide 24, got '!ssm.tile<channel: 8, f32>' and 16 tokens a tile}}
    ssm.tile.store %0, %y [affine_map<(b, t, c, n, k) -> (b, t floordiv 24, c)>]
        : !ssm.tile<channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_load_c1_every(%h: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>,
                           #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  ssm.tile.for time {
    // expected-error@+1 {{expected a map that counts every token}}
    %0 = ssm.tile.load %h [affine_map<(b, t, c, n, k) -> (b, t floordiv 16, c)>]
        : memref<?x?x8xf32> -> !ssm.tile<time: 16, channel: 8, f32>
    ssm.yield
  }
  ssm.yield
}

// -----

func.func @every_c1_ordered(%u: tensor<?x?x8xf32>, %order: tensor<1x?xi32>) {
  // expected-error@+1 {{got an order of tokens}}
  %0:2 = ssm.scan %u, %u, %u ordered(%order) every 4
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>)
      -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>)
  return
}
