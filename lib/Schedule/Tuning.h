// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Measured schedules: a table of which schedule was fastest for a kernel of
// given counts at given sizes. It is a file (docs/tuning.md), so that choices
// can be measured on one machine and used on another.

#ifndef LIB_SCHEDULE_TUNING_H
#define LIB_SCHEDULE_TUNING_H

#include "lib/Schedule/CostModel.h"
#include "lib/Schedule/JsonFields.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ssm::schedule {

/// What two kernels must share for the fastest schedule of one to be used for
/// the other.
struct KernelSignature {
  Pattern pattern = Pattern::Pointwise;
  int64_t channels = 1, states = 1, inner = 1;
  int64_t streamBytes = 4, elementBytes = 4, stateRows = 2;
  bool halfFactors = false;
  /// For one token of one channel.
  double transcendentals = 0;
};

KernelSignature signatureOf(const KernelFacts &kernel);
bool operator==(const KernelSignature &a, const KernelSignature &b);
bool operator==(const Choice &a, const Choice &b);

struct TuningEntry {
  std::string target;
  KernelSignature kernel;
  /// The sizes at which the choice was the fastest, and how long it took there.
  Shape shape;
  Choice choice;
  double microseconds = 0;
  std::string device, date;
};

class TuningTable {
public:
  /// Entries in the order of the file: by target, kernel and sizes.
  const std::vector<TuningEntry> &entries() const { return sorted; }
  /// An entry for the same target, kernel and sizes is replaced.
  void add(TuningEntry entry);
  /// The entry for this very target and kernel whose sizes are the closest,
  /// both within a factor of two. The distance is the sum of the logarithms of
  /// the two ratios; of equally distant entries the smaller sizes. Null: none.
  const TuningEntry *find(std::string_view target,
                          const KernelSignature &kernel,
                          const Shape &shape) const;

private:
  std::vector<TuningEntry> sorted;
};

/// The table in `text`; nothing, and `problem` says why, if there is none.
std::optional<TuningTable> parseTuningTable(std::string_view text,
                                            std::string &problem);

/// One line for each entry; the same table gives the same bytes.
std::string printTuningTable(const TuningTable &table);

/// The table that is meant by `name`: `none` (empty), `shipped` (of this
/// compiler) or a file. Nothing, and `problem` says why, if it cannot be read.
std::optional<TuningTable> loadTuningTable(const std::string &name,
                                           std::string &problem);

/// The text of the tables in lib/Schedule/tuning, null at the end.
extern const char *const kShippedTuning[];

nlohmann::ordered_json toJson(const KernelSignature &kernel);
nlohmann::ordered_json toJson(const Choice &choice);
// These throw JsonError.
KernelSignature readSignature(const JsonFields &fields);
Choice readChoice(const JsonFields &fields);
std::string readTarget(const JsonFields &fields);
Shape readShape(const JsonFields &fields);
/// Whether `text` is of the form YYYY-MM-DD.
bool isTuningDate(std::string_view text);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_TUNING_H
