// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enums and attributes: axes, kinds of work, the schedule of a kernel, the
// library step that can stand for a kernel.

#ifndef SSM_ATTRS_TD
#define SSM_ATTRS_TD

include "dialect/SSMDialect.td"
include "mlir/IR/EnumAttr.td"

class SSM_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mlir::ssm";
  let genSpecializedAttr = 0;
}

class SSM_EnumAttr<EnumAttrInfo info, string mnemonic>
    : EnumAttr<SSM_Dialect, info, mnemonic> {
  let assemblyFormat = "$value";
}

def SSM_AxisEnum : SSM_Enum<"Axis", "what an axis of a kernel stands for", [
    I32EnumAttrCase<"Batch", 0, "batch">,
    I32EnumAttrCase<"Time", 1, "time">,
    I32EnumAttrCase<"Channel", 2, "channel">,
    I32EnumAttrCase<"State", 3, "state">,
    I32EnumAttrCase<"Inner", 4, "inner">]>;

def SSM_WorkKindEnum : SSM_Enum<"WorkKind", "the kinds of work in a block", [
    I32EnumAttrCase<"Pointwise", 0, "pointwise">,
    I32EnumAttrCase<"Window", 1, "window">,
    I32EnumAttrCase<"Contraction", 2, "contraction">,
    I32EnumAttrCase<"Reduction", 3, "reduction">,
    I32EnumAttrCase<"Recurrence", 4, "recurrence">,
    I32EnumAttrCase<"Access", 5, "access">]>;

def SSM_ActivationEnum : SSM_Enum<"Activation", "pointwise nonlinearities", [
    I32EnumAttrCase<"Identity", 0, "identity">,
    I32EnumAttrCase<"Softplus", 1, "softplus">,
    I32EnumAttrCase<"SiLU", 2, "silu">,
    I32EnumAttrCase<"Sigmoid", 3, "sigmoid">,
    I32EnumAttrCase<"Tanh", 4, "tanh">,
    I32EnumAttrCase<"ReLU", 5, "relu">,
    I32EnumAttrCase<"GELU", 6, "gelu">,
    I32EnumAttrCase<"Exp", 7, "exp">]>;

def SSM_DiscretizationEnum : SSM_Enum<"Discretization",
    "how a continuous system becomes a recurrence", [
    I32EnumAttrCase<"ZOH", 0, "zoh">,
    I32EnumAttrCase<"Mamba", 1, "mamba">,
    I32EnumAttrCase<"Bilinear", 2, "bilinear">]>;

def SSM_OwnerEnum : SSM_Enum<"Owner", "who owns a tile on a GPU", [
    I32EnumAttrCase<"Warp", 0, "warp">,
    I32EnumAttrCase<"Block", 1, "block">]>;

def SSM_UnitEnum : SSM_Enum<"Unit", "whose matrix units multiply on a GPU", [
    I32EnumAttrCase<"Warp", 0, "warp">,
    I32EnumAttrCase<"Warpgroup", 1, "warpgroup">]>;

def SSM_AxisAttr : SSM_EnumAttr<SSM_AxisEnum, "axis">;
def SSM_ActivationAttr : SSM_EnumAttr<SSM_ActivationEnum, "activation">;
def SSM_DiscretizationAttr
    : SSM_EnumAttr<SSM_DiscretizationEnum, "discretization">;

class SSM_Attr<string name, string attrMnemonic> : AttrDef<SSM_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def SSM_ScheduleAttr : SSM_Attr<"Schedule", "schedule"> {
  let summary = "How a kernel is cut into tiles and shared out";
  let description = [{
    | parameter | unit | meaning |
    |---|---|---|
    | `time` | tokens | time tile |
    | `channels` | channels | channel tile of one owner |
    | `inner` | elements | step along a contracted or reduced axis |
    | `stages` | tiles | copies in flight: 1 waits for each tile, 2 overlaps |
    | `segments` | count | pieces of time that owners walk in turn, the state passed on in memory (1: one owner walks it all) |
    | `cluster` | blocks | blocks that take a part of a cell's contracted axis each and add up their sums in on-chip memory (1: one block takes it all) |
    | `stagger` | | whether cells begin at different tiles of the contracted axis, so that they do not ask for the same rows at once |
    | `lanes` | lanes | lanes that share the states of one channel |
    | `owner` | | `warp`: a warp owns its tile; `block`: a block does |
    | `warps` | warps | warps in a block |
    | `blocks` | blocks | blocks resident on a multiprocessor, at least |
    | `rows` | tokens | tokens one lane owns in a pointwise pass |
    | `group` | tiles | time tiles whose cells follow one another, channel tile by channel tile, so that they find each other's rows in the cache |
    | `unit` | | whose matrix units multiply factors of 16 bits: `warp`: those of one warp, from registers; `warpgroup`: those of four warps at once, from on-chip memory (sm_90a) |

    `time`, `channels` and `inner` are abstract; the others are read by the GPU
    lowering alone. On a CPU one lane of a vector owns a channel.

    Constraints: (schedule_c1) every number is at least 1, `blocks` at least 0,
    and at most 65536; (schedule_c2) lanes is a power of two up to 32; (schedule_c3)
    warps is at most 32; (schedule_c4) warps is 1 where a warp owns its tile;
    (schedule_c5) time times channels is at most 65536;
    (schedule_c6) cluster is at most 8; (schedule_c7) warps is 4, 8, 16 or 32
    where the unit is a warpgroup.
  }];
  let parameters = (ins
    DefaultValuedParameter<"int64_t", "1">:$time,
    DefaultValuedParameter<"int64_t", "1">:$channels,
    DefaultValuedParameter<"int64_t", "1">:$inner,
    DefaultValuedParameter<"int64_t", "1">:$stages,
    DefaultValuedParameter<"int64_t", "1">:$segments,
    DefaultValuedParameter<"int64_t", "1">:$cluster,
    DefaultValuedParameter<"bool", "false">:$stagger,
    DefaultValuedParameter<"int64_t", "1">:$lanes,
    DefaultValuedParameter<"::mlir::ssm::Owner", "Owner::Block">:$owner,
    DefaultValuedParameter<"int64_t", "1">:$warps,
    DefaultValuedParameter<"int64_t", "0">:$blocks,
    DefaultValuedParameter<"int64_t", "1">:$rows,
    DefaultValuedParameter<"int64_t", "1">:$group,
    DefaultValuedParameter<"::mlir::ssm::Unit", "Unit::Warp">:$unit
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SSM_ExtentAttr : SSM_Attr<"Extent", "extent"> {
  let summary = "An axis of a kernel with its extent and its tile";
  let description = [{
    `#ssm.extent<channel = 1536, tile = 16>`: the axis has 1536 elements and is
    walked 16 at a time. `?` is the symbolic batch (axis `batch`) or length
    (axes `time` and `inner`).

    Constraints: (extent_c1) the extent is 1 to 2^48, or `?` on `batch`, `time` and
    `inner`; (extent_c2) the tile is 1 to 65536, and 1 on `batch`.
  }];
  let genVerifyDecl = 1;
  let parameters = (ins "::mlir::ssm::Axis":$axis, "int64_t":$extent,
                        "int64_t":$tile);
  let hasCustomAssemblyFormat = 1;
}

def SSM_SizeClassAttr : SSM_Attr<"SizeClass", "size_class"> {
  let summary = "A batch and a length at which schedules are judged";
  let description = [{
    `#ssm.size_class<8x2048>`: a batch of 8, 2048 tokens. A function has a list of
    them, `ssm.size_classes`; a call takes the kernels of the nearest.

    Constraints: (size_class_c1) both sizes are 1 to 2^48.
  }];
  let genVerifyDecl = 1;
  let parameters = (ins "int64_t":$batch, "int64_t":$length);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// `8x2048`.
    std::string getText() const;
  }];
}

def SSM_AlternativeAttr : SSM_Attr<"Alternative", "alternative"> {
  let summary = "A schedule of a kernel for some of its size classes";
  let description = [{
    `#ssm.alternative<at = [<8x2048>], schedule = <time = 16>>`; `source =
    "tuning"` says that the schedule was measured.

    Constraints: (alternative_c1) there is a size class, and each stands once.
  }];
  let genVerifyDecl = 1;
  let parameters = (ins
    ArrayRefParameter<"::mlir::ssm::SizeClassAttr">:$sizeClasses,
    "::mlir::ssm::ScheduleAttr":$schedule,
    OptionalParameter<"::mlir::StringAttr">:$source);
  let assemblyFormat = [{
    `<` `at` `=` `[` $sizeClasses `]` `,` `schedule` `=` $schedule
    (`,` `source` `=` $source^)? `>`
  }];
  let extraClassDeclaration = [{
    /// The name of the tile program for a kernel named `kernel`.
    std::string getKernelName(::llvm::StringRef kernel) const;
  }];
}

def SSM_MatmulAttr : SSM_Attr<"Matmul", "matmul"> {
  let summary = "The matrix product of a library that a kernel stands for";
  let description = [{
    For every row (batch, token): `c[row, j] = sum_i a[row, i] * b[j, i] +
    bias[j]`. `a`, `b`, `bias` and `c` are argument numbers of the kernel (`bias`
    = -1: none); offsets and strides (distance of two rows) count elements. Below
    `libraryFrom` rows the kernel is expected to be faster.

    Constraints: (matmul_c1) n, k and libraryFrom are at least 1, strides at least
    k, the others at least 0.
  }];
  let genVerifyDecl = 1;
  let parameters = (ins
    "int64_t":$a, "int64_t":$aOffset, "int64_t":$aStride,
    "int64_t":$b, "int64_t":$bOffset, "int64_t":$bStride,
    "int64_t":$c, "int64_t":$bias,
    "int64_t":$n, "int64_t":$k,
    DefaultValuedParameter<"int64_t", "1">:$libraryFrom);
  let assemblyFormat = "`<` struct(params) `>`";
}

def SSM_ConvolutionAttr : SSM_Attr<"Convolution", "convolution"> {
  let summary = "The convolution of a library that a kernel stands for";
  let description = [{
    For every batch, token and channel: `y[t] = sum_s k[s] * x[t - s]`, or, if
    `reverse` is not 0, `y[t] = sum_s k[s] * x[t + length - 1 - s]`. `x`, `k` and
    `y` are argument numbers of the kernel. Below `directBelow` tokens the kernel
    is expected to be faster.

    Constraints: (convolution_c1) the numbers are at least 0, and reverse is 0 or
    1.
  }];
  let genVerifyDecl = 1;
  let parameters = (ins
    "int64_t":$x, "int64_t":$k, "int64_t":$y, "int64_t":$reverse,
    "int64_t":$directBelow);
  let assemblyFormat = "`<` struct(params) `>`";
}

#endif // SSM_ATTRS_TD
