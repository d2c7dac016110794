// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Field by field from one form of a schedule to the other.

#include "lib/Transforms/ScheduleChoice.h"

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::Choice;

ScheduleAttr mlir::ssm::toAttribute(MLIRContext *context,
                                    const Choice &choice) {
  return ScheduleAttr::get(
      context, choice.time, choice.channels, choice.inner, choice.stages,
      choice.segments, choice.cluster, choice.stagger, choice.lanes,
      choice.warpOwns ? Owner::Warp : Owner::Block, choice.warps, choice.blocks,
      choice.rows, choice.group,
      choice.warpgroups ? Unit::Warpgroup : Unit::Warp);
}

Choice mlir::ssm::toChoice(ScheduleAttr schedule) {
  Choice choice;
  choice.time = schedule.getTime();
  choice.channels = schedule.getChannels();
  choice.inner = schedule.getInner();
  choice.stages = schedule.getStages();
  choice.segments = schedule.getSegments();
  choice.cluster = schedule.getCluster();
  choice.stagger = schedule.getStagger();
  choice.lanes = schedule.getLanes();
  choice.warps = schedule.getWarps();
  choice.blocks = schedule.getBlocks();
  choice.rows = schedule.getRows();
  choice.group = schedule.getGroup();
  choice.warpOwns = schedule.getOwner() == Owner::Warp;
  choice.warpgroups = schedule.getUnit() == Unit::Warpgroup;
  return choice;
}
