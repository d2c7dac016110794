// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Slots, elements and slices of layouts.

#include "lib/Conversion/GPU/Layout.h"

using namespace mlir;
using namespace mlir::ssm;

int64_t mlir::ssm::powerOfTwoIn(int64_t value) { return value & -value; }

int64_t mlir::ssm::paddedSize(int64_t size) {
  int64_t unit = std::min<int64_t>(llvm::PowerOf2Ceil(size), 32);
  return llvm::alignTo(size, unit);
}

/// One lane holds neighbours whatever the run says.
static AxisShare normalised(AxisShare share) {
  if (share.lanes == 1)
    share.run = share.stride = share.near = 1;
  return share;
}

Layout Layout::get(LayoutAttr attr, TileType type) {
  Layout layout;
  for (unsigned i = 0; i < attr.getAxes().size(); ++i)
    layout.shares.push_back({attr.getAxes()[i],
                             type.getSize(attr.getAxes()[i]).value_or(1),
                             attr.getRuns()[i], attr.getLanes()[i],
                             attr.getStrides()[i], attr.getNear()[i]});
  return layout;
}

LayoutAttr Layout::toAttr(MLIRContext *context) const {
  SmallVector<Axis> axes;
  SmallVector<int64_t> runs, lanes, strides, near;
  for (const AxisShare &share : shares) {
    axes.push_back(share.axis);
    runs.push_back(share.run);
    lanes.push_back(share.lanes);
    strides.push_back(share.stride);
    near.push_back(share.near);
  }
  return LayoutAttr::get(context, axes, runs, lanes, strides, near);
}

/// Lanes that could share an axis in runs of `run`.
static int64_t capacity(int64_t size, int64_t run) {
  return powerOfTwoIn(paddedSize(size) / run);
}

Layout Layout::blocked(TileType type, int64_t threads, ArrayRef<int64_t> runs) {
  SmallVector<int64_t> run(runs);
  int64_t others = 1;
  for (unsigned i = 0; i < type.getRank(); ++i) {
    run[i] = std::min(run[i], powerOfTwoIn(paddedSize(type.getSizes()[i])));
    if (i + 1 < type.getRank())
      others *= capacity(type.getSizes()[i], run[i]);
  }
  // A row stays with one warp where the other axes occupy the other warps.
  int64_t budget = std::max(std::min<int64_t>(threads, 32),
                            threads / std::min(threads, others));
  Layout layout;
  int64_t stride = 1;
  for (unsigned i = type.getRank(); i-- > 0;) {
    AxisShare share{type.getAxes()[i], type.getSizes()[i], run[i]};
    share.lanes = std::min(budget, capacity(share.size, share.run));
    share.stride = stride;
    stride *= share.lanes;
    budget = threads / stride;
    layout.shares.insert(layout.shares.begin(), normalised(share));
  }
  return layout;
}

int64_t Layout::slots() const {
  int64_t count = 1;
  for (const AxisShare &share : shares)
    count *= share.slots();
  return count;
}

SmallVector<int64_t> Layout::split(int64_t slot) const {
  SmallVector<int64_t> parts(shares.size());
  for (unsigned i = shares.size(); i-- > 0;) {
    parts[i] = slot % shares[i].slots();
    slot /= shares[i].slots();
  }
  return parts;
}

SmallVector<int64_t> Layout::indices(int64_t slot) const {
  SmallVector<int64_t> parts = split(slot);
  for (auto [part, share] : llvm::zip(parts, shares))
    part = share.index(part);
  return parts;
}

int64_t Layout::project(int64_t slot, const Layout &part) const {
  SmallVector<int64_t> parts = split(slot);
  int64_t result = 0;
  for (auto [value, share] : llvm::zip(parts, shares))
    if (part.find(share.axis))
      result = result * share.slots() + value;
  return result;
}

Layout Layout::slice(ArrayRef<Axis> axes) const {
  Layout layout;
  for (const AxisShare &share : shares)
    if (llvm::is_contained(axes, share.axis))
      layout.shares.push_back(share);
  return layout;
}

Layout Layout::without(Axis axis) const {
  Layout layout;
  for (const AxisShare &share : shares)
    if (share.axis != axis)
      layout.shares.push_back(share);
  return layout;
}

const AxisShare *Layout::find(Axis axis) const {
  for (const AxisShare &share : shares)
    if (share.axis == axis)
      return &share;
  return nullptr;
}
