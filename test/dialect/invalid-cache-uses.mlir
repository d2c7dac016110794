// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse))' --split-input-file --verify-diagnostics

// What a cache is used for can share its buffer.

// expected-note@+1 {{the cache}}
func.func @caches_c4(%h: tensor<?x4x8xf32> {ssm.cache}) -> tensor<?x4x8xf32> {
  // expected-error@+1 {{'ssm.activation' op expected a cache to be read at slots, got a reader of all of it}}
  %0 = ssm.activation silu %h : (tensor<?x4x8xf32>) -> tensor<?x4x8xf32>
  return %0 : tensor<?x4x8xf32>
}

// -----

// expected-note@+1 {{the cache}}
func.func @caches_c4_returned(%h: tensor<?x8xf32> {ssm.cache}) -> tensor<?x8xf32> {
  // expected-error@+1 {{'func.return' op expected a cache to be read at slots, got a reader of all of it}}
  return %h : tensor<?x8xf32>
}

// -----

func.func @caches_c4_updated(%r: tensor<?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> (tensor<?x8xf32> {ssm.in_place = "h"}, tensor<?x8xf32>) {
  // expected-note@+1 {{it is updated here}}
  %0 = ssm.scatter %r into %h at(%slots) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  // expected-error@+1 {{'ssm.gather' op expected an updated cache to be returned, got a reader of it}}
  %1 = ssm.gather %0 at(%slots) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %0, %1 : tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

func.func @caches_c4_place(%r: tensor<?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> tensor<?x8xf32> {
  %0 = ssm.scatter %r into %h at(%slots) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  // expected-error@+1 {{'func.return' op expected result 0, which updates the cache 'h', in its place}}
  return %0 : tensor<?x8xf32>
}

// -----

func.func @caches_c4_result(%h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> (tensor<?x8xf32> {ssm.in_place = "h"}) {
  %0 = ssm.gather %h at(%slots) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  // expected-error@+1 {{'func.return' op expected result 0, in the place of 'h', to update it}}
  return %0 : tensor<?x8xf32>
}

// -----

func.func @caches_c4_argument(%h: tensor<?x8xf32>, %slots: tensor<?xi32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{'ssm.gather' op expected an argument with ssm.cache, got 'tensor<?x8xf32>'}}
  %0 = ssm.gather %h at(%slots) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @caches_c5(%r: tensor<?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> (tensor<?x8xf32> {ssm.in_place = "h"}, tensor<?x8xf32>) {
  // expected-note@+1 {{it is updated here}}
  %0 = ssm.scatter %r into %h at(%slots) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  // expected-error@+1 {{'ssm.gather' op expected a cache to be read before it is updated, got a reader after}}
  %1 = ssm.gather %h at(%slots) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %0, %1 : tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

func.func @caches_c5_twice(%r: tensor<?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> (tensor<?x8xf32> {ssm.in_place = "h"}, tensor<?x8xf32>) {
  // expected-error@+1 {{'ssm.scatter' op expected one op to update a cache, got another}}
  %0 = ssm.scatter %r into %h at(%slots) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  // expected-note@+1 {{it is updated here}}
  %1 = ssm.scatter %r into %h at(%slots) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %0, %1 : tensor<?x8xf32>, tensor<?x8xf32>
}
