// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expected ssm.cache without a value, got 3 : i64}}
func.func @caches_c1(%h: tensor<?x8xf32> {ssm.cache = 3}) {
  return
}

// -----

// expected-error@+1 {{expected ssm.cache or ssm.weight on an argument, got both}}
func.func @caches_c1_weight(%h: tensor<?x8xf32> {ssm.cache, ssm.weight = "h"}) {
  return
}

// -----

// expected-error@+1 {{expected a cache to be a tensor of floats of rank 2 or 3 with '?' in dimension 0 alone, got 'tensor<?x?x8xf32>'}}
func.func @caches_c1_length(%h: tensor<?x?x8xf32> {ssm.cache}) {
  return
}

// -----

// expected-error@+1 {{expected a cache to be a tensor of floats of rank 2 or 3 with '?' in dimension 0 alone, got 'tensor<5x8xf32>'}}
func.func @caches_c1_slots(%h: tensor<5x8xf32> {ssm.cache}) {
  return
}

// -----

// expected-error@+1 {{expected ssm.in_place to name an argument with ssm.cache, got 'h'}}
func.func private @caches_c2(tensor<?x8xf32> {ssm.name = "h"}) -> (tensor<?x8xf32> {ssm.in_place = "h"})

// -----

// expected-error@+1 {{expected a result in the place of 'h' to be 'tensor<?x8xf32>' as that is, got 'tensor<?x8xf16>'}}
func.func private @caches_c2_type(tensor<?x8xf32> {ssm.cache, ssm.name = "h"}) -> (tensor<?x8xf16> {ssm.in_place = "h"})

// -----

// expected-error@+1 {{expected one result in the place of 'h', got two}}
func.func private @caches_c2_twice(tensor<?x8xf32> {ssm.cache, ssm.name = "h"}) -> (tensor<?x8xf32> {ssm.in_place = "h"}, tensor<?x8xf32> {ssm.in_place = "h"})

// -----

// expected-error@+1 {{expected state 's' in the place of its cache, 'h', got a place of its own}}
func.func private @caches_c3(tensor<?x8xf32> {ssm.cache, ssm.name = "h", ssm.state = "s"}) -> (tensor<?x8xf32> {ssm.state = "s"})

// -----

// expected-error@+1 {{expected state 's' in the place of its cache, 'h', got that of 'g'}}
func.func private @caches_c3_other(tensor<?x8xf32> {ssm.cache, ssm.name = "h", ssm.state = "s"}, tensor<?x8xf32> {ssm.cache, ssm.name = "g"}) -> (tensor<?x8xf32> {ssm.in_place = "g", ssm.state = "s"})

// -----

func.func @gather_c1(%h: tensor<?x?x8xf32>, %slots: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.gather' op expected a cache of rank 2 or 3 with '?' in dimension 0 alone, got 'tensor<?x?x8xf32>'}}
  %0 = ssm.gather %h at(%slots) : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @gather_c2(%h: tensor<?x8xbf16>, %slots: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.gather' op expected a result of 'tensor<?x8xbf16>', got 'tensor<?x8xf32>'}}
  %0 = ssm.gather %h at(%slots) : (tensor<?x8xbf16>, tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @gather_c2_batch(%h: tensor<?x8xf32>, %slots: tensor<4xi32>) {
  // expected-error@+1 {{'ssm.gather' op expected a result of 'tensor<4x8xf32>', got 'tensor<?x8xf32>'}}
  %0 = ssm.gather %h at(%slots) : (tensor<?x8xf32>, tensor<4xi32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @gather_c2_slots(%h: tensor<?x8xf32>, %slots: tensor<?xf32>) {
  // expected-error@+1 {{'ssm.gather' op operand #1 must be 1D tensor of 32-bit signless integer values, but got 'tensor<?xf32>'}}
  %0 = ssm.gather %h at(%slots) : (tensor<?x8xf32>, tensor<?xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @scatter_c1(%r: tensor<?xf32>, %h: tensor<?xf32>, %slots: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.scatter' op expected a cache of rank 2 or 3 with '?' in dimension 0 alone, got 'tensor<?xf32>'}}
  %0 = ssm.scatter %r into %h at(%slots) : (tensor<?xf32>, tensor<?xf32>, tensor<?xi32>) -> tensor<?xf32>
  return
}

// -----

func.func @scatter_c2(%r: tensor<?x9xf32>, %h: tensor<?x8xf32>, %slots: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.scatter' op expected rows of 'tensor<?x8xf32>', got 'tensor<?x9xf32>'}}
  %0 = ssm.scatter %r into %h at(%slots)
      : (tensor<?x9xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @scatter_c3(%r: tensor<4x8xf32>, %h: tensor<?x8xf32>, %slots: tensor<4xi32>) {
  // expected-error@+1 {{'ssm.scatter' op expected a result of 'tensor<?x8xf32>', got 'tensor<4x8xf32>'}}
  %0 = ssm.scatter %r into %h at(%slots)
      : (tensor<4x8xf32>, tensor<?x8xf32>, tensor<4xi32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @mask_c1(%x: tensor<?x8xf32>, %slots: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.mask' op expected x of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.mask %x at(%slots) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @mask_c1_type(%x: tensor<?x?x8xf32>, %slots: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.mask' op expected a result of 'tensor<?x?x8xf32>', got 'tensor<?x?x8xf16>'}}
  %0 = ssm.mask %x at(%slots) : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf16>
  return
}

// -----

func.func @mask_c2(%x: tensor<?x?x8xf32>, %slots: tensor<4xi32>) {
  // expected-error@+1 {{'ssm.mask' op expected slots of shape (?), got 'tensor<4xi32>'}}
  %0 = ssm.mask %x at(%slots) : (tensor<?x?x8xf32>, tensor<4xi32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @packed_c1_mask(%x: tensor<?x?x8xf32>, %slots: tensor<?xi32>) {
  // expected-error@+1 {{'ssm.mask' op expected x of shape (1, ?, channel) for packed sequences, got 'tensor<?x?x8xf32>'}}
  %0 = ssm.mask %x at(%slots) packed(%slots)
      : (tensor<?x?x8xf32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?x?x8xf32>
  return
}
