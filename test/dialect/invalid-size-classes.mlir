// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One case for each way to misuse size classes.

// expected-error@+1 {{expected sizes of 1 to 281474976710656, got 0}}
func.func @size_class_c1() attributes {ssm.size_classes = [#ssm.size_class<8x0>]} {
  return
}

// -----

// expected-error@+1 {{expected sizes of 1 to 281474976710656, got 281474976710657}}
func.func @size_class_c1_large() attributes {ssm.size_classes = [#ssm.size_class<281474976710657x1>]} {
  return
}

// -----

// expected-error@+1 {{expected batch x length, got 3 sizes}}
func.func @size_class_c1_rank() attributes {ssm.size_classes = [#ssm.size_class<8x16x1>]} {
  return
}

// -----

// expected-error@+1 {{expected each size class once, got 8x16 twice}}
func.func @alternative_c1() attributes {a = #ssm.alternative<at = [<8x16>, <8x16>], schedule = <time = 4>>} {
  return
}

// -----

// expected-error@+1 {{'ssm.tile.fill' op expected ssm.size_classes on a function}}
%0 = ssm.tile.fill 0.0 {ssm.size_classes = [#ssm.size_class<8x16>], name = @size_classes_c1} : !ssm.tile<channel: 16, f32>

// -----

// expected-error@+1 {{'func.func' op expected ssm.size_classes of 1 to 16 #ssm.size_class, got []}}
func.func @size_classes_c2_none() attributes {ssm.size_classes = []} {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected ssm.size_classes of 1 to 16 #ssm.size_class, got [8, 16]}}
func.func @size_classes_c2_numbers() attributes {ssm.size_classes = [8, 16]} {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected each size class once, got 8x16 twice}}
func.func @size_classes_c2_twice() attributes {ssm.size_classes = [#ssm.size_class<8x16>, #ssm.size_class<8x16>]} {
  return
}

// -----

func.func @kernel_c4_both(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.kernel' op expected a schedule or alternatives, got both}}
  %0 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) schedule(<time = 4>)
      alternatives [#ssm.alternative<at = [<8x16>], schedule = <time = 4>>,
                    #ssm.alternative<at = [<1x16>], schedule = <time = 8>>] {
  ^bb0(%a: tensor<?x?x8xf32>):
    ssm.yield %a : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return
}

// -----

func.func @kernel_c4_one(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.kernel' op expected two alternatives or more, got 1}}
  %0 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>)
      alternatives [#ssm.alternative<at = [<8x16>], schedule = <time = 4>>] {
  ^bb0(%a: tensor<?x?x8xf32>):
    ssm.yield %a : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return
}

// -----

func.func @kernel_c4_twice(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.kernel' op expected one alternative for each size class, got two for 1x16}}
  %0 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>)
      alternatives [#ssm.alternative<at = [<8x16>, <1x16>], schedule = <time = 4>>,
                    #ssm.alternative<at = [<1x16>], schedule = <time = 8>>] {
  ^bb0(%a: tensor<?x?x8xf32>):
    ssm.yield %a : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return
}

// -----

ssm.tile.kernel @copy(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

func.func @launch_c3(%x: tensor<?x?x8xf32>)
    attributes {ssm.size_classes = [#ssm.size_class<8x16>, #ssm.size_class<2x16>, #ssm.size_class<1x16>]} {
  // expected-error@+1 {{'ssm.launch' op expected one kernel, or one for each of 3 size classes of the function, got 2}}
  %0 = ssm.launch @copy, @copy(%x) : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

ssm.tile.kernel @copy(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

// expected-note@+1 {{the kernel takes 'memref<?x?x4xf32>', 'memref<?x?x4xf32>'}}
ssm.tile.kernel @narrow(%x: memref<?x?x4xf32>, %y: memref<?x?x4xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

func.func @launch_c1_second(%x: tensor<?x?x8xf32>)
    attributes {ssm.size_classes = [#ssm.size_class<8x16>, #ssm.size_class<1x16>]} {
  // expected-error@+1 {{'ssm.launch' op expected inputs and results to match the kernel's arguments}}
  %0 = ssm.launch @copy, @narrow(%x) : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}
