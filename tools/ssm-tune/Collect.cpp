// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times beside predictions, and the winners as a table. The result is a
// function of the folder and the options alone.

#include "tools/ssm-tune/Collect.h"

#include "tools/ssm-tune/Candidates.h"

#include "tools/ssm-run/Failure.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

using namespace ssm::schedule;
using ssm::run::ExitInput;
using ssm::run::fail;

namespace ssm::tune {
namespace {

struct Timing {
  const Candidate *candidate;
  double microseconds;
};

/// The candidates of one kernel that were measured, the best by prediction
/// first.
using Group = std::vector<Timing>;

/// What ssm-run says of one package.
struct Measured {
  std::string device;
  double microseconds;
};

/// Runs `read`, naming the file in what is wrong with it.
template <typename Read> auto naming(const std::string &path, Read read) {
  try {
    return read();
  } catch (const JsonError &error) {
    fail(ExitInput, "\"{}\": {}", path, error.what());
  }
}

Measured readTimes(const JsonFields &file, const CandidateSet &set,
                   const Candidate &candidate) {
  Shape shape = readShape(file);
  if (shape.batch != set.shape.batch || shape.length != set.shape.length)
    throw JsonError(fmt::format("expected times at batch {}, length {}, got "
                                "batch {}, length {}",
                                set.shape.batch, set.shape.length, shape.batch,
                                shape.length));
  if (file.text("function") != candidate.function)
    file.refuse("function", "expected \"" + candidate.function + "\", got \"" +
                                file.text("function") + "\"");
  // The first row is the whole function.
  std::vector<JsonFields> rows = file.objects("rows");
  size_t row = static_cast<size_t>(candidate.step) + 1;
  if (row >= rows.size())
    throw JsonError(fmt::format("expected a row for step {} (--per-step), got "
                                "{} rows",
                                candidate.step, rows.size()));
  std::string name = rows[row].text("step");
  if (name != candidate.kernel && name.rfind("matmul ", 0) != 0)
    rows[row].refuse("step", "expected \"" + candidate.kernel + "\", got \"" +
                                 name + "\"");
  return {file.text("device"), rows[row].number("median_us", 0)};
}

class Collection {
public:
  explicit Collection(const Options &options) : options(options) {
    std::string path = options.input + "/candidates.json";
    set = naming(path, [&] { return parseCandidates(readTextFile(path)); });
  }

  void readTimings();
  void print(std::FILE *out) const;
  TuningTable merge() const;

private:
  std::string dateOfTimes() const;

  const Options &options;
  CandidateSet set;
  std::vector<Group> groups;
  std::string device;
};

void Collection::readTimings() {
  const Candidate *previous = nullptr;
  for (const Candidate &candidate : set.candidates) {
    bool isSame = previous && previous->kernel == candidate.kernel &&
                  previous->function == candidate.function;
    previous = &candidate;
    if (!isSame)
      groups.emplace_back();
    std::string path = options.input + "/times/" + candidate.number + ".json";
    if (!std::filesystem::exists(path)) {
      fmt::print(stderr, "ssm-tune: {} was not measured\n", candidate.number);
      continue;
    }
    Measured measured = naming(path, [&] {
      return readTimes(parseJsonFields(readTextFile(path)), set, candidate);
    });
    if (device.empty())
      device = measured.device;
    if (measured.device != device)
      fail(ExitInput, "\"{}\": expected times of {}, got times of {}", path,
           device, measured.device);
    groups.back().push_back({&candidate, measured.microseconds});
  }
  groups.erase(std::remove_if(groups.begin(), groups.end(),
                              [](const Group &group) { return group.empty(); }),
               groups.end());
  if (groups.empty())
    fail(ExitInput,
         "expected times in \"{}/times\", got none; run {}/measure.sh "
         "where the device is",
         options.input, options.input);
}

/// The fastest; of equals the one that was expected to be.
const Timing &fastest(const Group &group) {
  return *std::min_element(group.begin(), group.end(),
                           [](const Timing &a, const Timing &b) {
                             return a.microseconds < b.microseconds;
                           });
}

/// The place of each value in the sorted order; equals share the mean of
/// theirs.
std::vector<double> ranks(const std::vector<double> &values) {
  std::vector<double> places;
  for (double value : values) {
    double place = 0;
    for (double other : values)
      place += other < value ? 1 : other == value ? 0.5 : 0;
    places.push_back(place);
  }
  return places;
}

/// Spearman's coefficient; NaN where one side does not vary.
double rankCorrelation(const Group &group) {
  std::vector<double> predicted, measured;
  for (const Timing &timing : group) {
    predicted.push_back(timing.candidate->predictedMicroseconds);
    measured.push_back(timing.microseconds);
  }
  std::vector<double> x = ranks(predicted), y = ranks(measured);
  double mean =
      std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
    xy += (x[i] - mean) * (y[i] - mean);
  }
  return xy / std::sqrt(xx * yy);
}

void printGroup(std::FILE *out, const Group &group) {
  const Timing &best = fastest(group), &expected = group.front();
  fmt::print(out, "{} of {}\n  {:>5}{:>14}{:>14}  schedule\n",
             best.candidate->kernel, best.candidate->function, "",
             "predicted us", "measured us");
  for (const Timing &timing : group)
    fmt::print(out, "{} {:>5}{:>14.2f}{:>14.2f}  {}\n",
               &timing == &best ? '*' : ' ', timing.candidate->number,
               timing.candidate->predictedMicroseconds, timing.microseconds,
               describe(timing.candidate->choice));
  fmt::print(out,
             "  the first by prediction takes {:.1f} % longer than the "
             "fastest",
             100 * (expected.microseconds / best.microseconds - 1));
  double correlation = rankCorrelation(group);
  if (std::isfinite(correlation))
    fmt::print(out, "; rank correlation {:.2f}", correlation);
  fmt::print(out, "\n\n");
}

void Collection::print(std::FILE *out) const {
  fmt::print(out, "{} for {} at batch {}, length {}\n\n", device, set.target,
             set.shape.batch, set.shape.length);
  for (const Group &group : groups)
    printGroup(out, group);
}

std::string Collection::dateOfTimes() const {
  if (!options.date.empty())
    return options.date;
  std::string path = options.input + "/times/date";
  std::string date = naming(path, [&] { return readTextFile(path); });
  date.erase(std::remove(date.begin(), date.end(), '\n'), date.end());
  if (!isTuningDate(date))
    fail(ExitInput, "\"{}\": expected YYYY-MM-DD, got \"{}\"", path,
         date.substr(0, 40));
  return date;
}

/// Without the digits that no measurement has.
double toWholeNanoseconds(double microseconds) {
  return std::round(1e3 * microseconds) / 1e3;
}

TuningTable Collection::merge() const {
  TuningTable table;
  std::string problem;
  if (!options.merge.empty()) {
    std::optional<TuningTable> old = loadTuningTable(options.merge, problem);
    if (!old)
      fail(ExitInput, "{}", problem);
    table = std::move(*old);
  }
  std::string date = dateOfTimes();
  for (const Group &group : groups) {
    const Timing &best = fastest(group);
    table.add({set.target, best.candidate->signature, set.shape,
               best.candidate->choice, toWholeNanoseconds(best.microseconds),
               options.device.empty() ? device : options.device, date});
  }
  return table;
}

} // namespace

void collectTimes(const Options &options) {
  Collection collection(options);
  collection.readTimings();
  // What is written to standard output is for programs.
  collection.print(options.output == "-" ? stderr : stdout);
  if (options.output.empty())
    return;
  std::string text = printTuningTable(collection.merge());
  if (options.output == "-")
    fmt::print("{}", text);
  else
    writeFile(options.output, text);
}

} // namespace ssm::tune
