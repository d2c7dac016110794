#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes test/fixtures from the official implementation.

In goes nothing but a seed; out come folders with config.json,
model.safetensors (float32) and .npy arrays: inputs `x*` (float32), outputs
`y*` and states `h*` of transformers' MambaMixer and MambaBlock in float64, and
`*-f32` in float32. Needs torch, transformers and safetensors; the tests
themselves need only what this script wrote.

    make_fixtures.py --out test/fixtures
    make_fixtures.py --out /tmp/fixtures --only mamba-130m
"""

import argparse
import contextlib
import json
import os

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import MambaConfig
from transformers.models.mamba import modeling_mamba as official

SMALL = dict(
    hidden_size=64, state_size=16, conv_kernel=4, expand=2, num_hidden_layers=1
)
# Every choice away from its default, no size a power of two.
UNEVEN = dict(
    hidden_size=24,
    state_size=5,
    conv_kernel=3,
    expand=3,
    time_step_rank=7,
    use_bias=True,
    use_conv_bias=False,
    layer_norm_epsilon=1e-3,
    num_hidden_layers=1,
)
LARGE = dict(
    hidden_size=768, state_size=16, conv_kernel=4, expand=2, num_hidden_layers=1
)
# folder: (configuration, prefix of the names in the checkpoint, (batch, length))
LAYERS = {
    "mamba-64": (SMALL, "", [(2, 33), (2, 1)]),
    "mamba-uneven": (UNEVEN, "backbone.layers.0.", [(3, 17)]),
    "mamba-130m": (LARGE, "backbone.layers.0.", [(1, 256)]),
}
COMMITTED = ["mamba-64", "mamba-uneven"]


@contextlib.contextmanager
def float32_means_float64():
    """The official code asks for float32 in places; an oracle may not."""
    to, to_float = torch.Tensor.to, torch.Tensor.float

    def wide(value):
        return torch.float64 if value is torch.float32 else value

    torch.Tensor.to = lambda self, *args, **kwargs: to(
        self, *map(wide, args), **{k: wide(v) for k, v in kwargs.items()}
    )
    torch.Tensor.float = torch.Tensor.double
    try:
        yield
    finally:
        torch.Tensor.to, torch.Tensor.float = to, to_float


def make_block(config):
    """A layer with random values in every parameter, biases too."""
    block = official.MambaBlock(config, layer_idx=0).eval()
    block.mixer.init_mamba_weights()
    with torch.no_grad():
        block.norm.weight.copy_(1 + 0.1 * torch.randn_like(block.norm.weight))
        mixer = block.mixer
        mixer.D.copy_(1 + 0.1 * torch.randn_like(mixer.D))
        mixer.A_log.add_(0.05 * torch.randn_like(mixer.A_log))
        for bias in (mixer.conv1d.bias, mixer.in_proj.bias, mixer.out_proj.bias):
            if bias is not None:
                bias.copy_(0.1 * torch.randn_like(bias))
    return block.requires_grad_(False)


def scan_inputs(mixer, x):
    """u, dt before its bias, B, C and gate as MambaMixer.forward makes them."""
    u, gate = mixer.in_proj(x).transpose(1, 2).chunk(2, dim=1)
    u = official.causal_conv1d_fn(
        u, mixer.conv1d.weight.squeeze(1), mixer.conv1d.bias, mixer.activation
    )
    sizes = [mixer.time_step_rank, mixer.ssm_state_size, mixer.ssm_state_size]
    dt, b, c = torch.split(mixer.x_proj(u.transpose(1, 2)), sizes, dim=-1)
    return u, mixer.dt_proj.weight @ dt.transpose(1, 2), b, c, gate


def run_steps(mixer, x, state):
    """The mixer with an initial state, by the official one-token step."""
    u, dt, b, c, gate = scan_inputs(mixer, x)
    a, state, tokens = -torch.exp(mixer.A_log.float()), state.clone(), []
    for t in range(x.shape[1]):
        tokens.append(
            official.mamba_selective_state_update(
                state,
                u[..., t],
                dt[..., t],
                a,
                b[:, t],
                c[:, t],
                mixer.D,
                z=gate[..., t],
                dt_bias=mixer.dt_proj.bias,
                dt_softplus=True,
            )
        )
    return mixer.out_proj(torch.stack(tokens, dim=1)), state


def write_layer(folder, config_values, prefix, shapes):
    os.makedirs(folder, exist_ok=True)
    config = MambaConfig(**config_values)
    block = make_block(config)
    names = {f"{prefix}mixer.{k}": v for k, v in block.mixer.state_dict().items()}
    if not prefix:
        names = dict(block.mixer.state_dict())
    names[f"{prefix}norm.weight"] = block.norm.weight
    save_file(
        {k: v.detach().clone().contiguous() for k, v in names.items()},
        os.path.join(folder, "model.safetensors"),
    )
    values = dict(config_values, model_type="mamba", hidden_act="silu")
    values.setdefault("time_step_rank", "auto")
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(values, file, indent=2, sort_keys=True)
        file.write("\n")

    def write(name, value):
        np.save(os.path.join(folder, name + ".npy"), value.detach().numpy())

    for batch, length in shapes:
        x = torch.randn(batch, length, config.hidden_size)
        shape = (batch, config.intermediate_size, config.state_size)
        init = 0.5 * torch.randn(shape)
        y32 = block.mixer(x)
        write(f"x{length}", x)
        write(f"init{length}", init)
        write(f"y{length}-f32", y32)
        with float32_means_float64():
            wide = block.double()
            y = wide.mixer(x.double())
            assert y.dtype == torch.float64
            zero = torch.zeros(shape, dtype=torch.float64)
            y_steps, last = run_steps(wide.mixer, x.double(), zero)
            # Two official paths agree: prefill and one token after the other.
            assert torch.linalg.norm(y_steps - y) <= 1e-13 * torch.linalg.norm(y)
            y_init, last_init = run_steps(wide.mixer, x.double(), init.double())
            layer = wide(x.double())
            assert layer.dtype == torch.float64
        write(f"y{length}", y)
        write(f"h{length}", last)
        write(f"y{length}-init", y_init)
        write(f"h{length}-init", last_init)
        write(f"layer{length}", layer)
        block.float()
        error = torch.linalg.norm(y32 - y) / torch.linalg.norm(y)
        print(f"{folder}: length {length}: float32 is within {error:.2e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="test/fixtures")
    parser.add_argument("--only", choices=sorted(LAYERS), action="append")
    parser.add_argument("--seed", type=int, default=20)
    args = parser.parse_args()
    for name in args.only or COMMITTED:
        torch.manual_seed(args.seed)
        write_layer(os.path.join(args.out, name), *LAYERS[name])


if __name__ == "__main__":
    main()
